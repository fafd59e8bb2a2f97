# Back up the deployment (backup)
# After: Backing up Lync Server 2013
# Start it in the Lync Server Management Shell. It asks before every step; -From ID goes on at a step.
#requires -Version 3.0
[CmdletBinding()]
param(
    # Id of the step to begin with; those before it are passed over.
    [string] $From = ''
)
$ErrorActionPreference = 'Stop'
if ($PSVersionTable.PSVersion.Major -gt 5) {
    throw 'Use Windows PowerShell (powershell.exe), version 3 to 5.1: this script keeps its rules of quoting.'
}
$script:Waiting = $From -ne ''

function Test-Step([string] $Id, [string] $Title, [string] $RunOn, [string] $Account) {
    if ($script:Waiting) {
        if ($Id -ne $From) { return $false }
        $script:Waiting = $false
    }
    Write-Host ''
    Write-Host ('{0}  {1}' -f $Id, $Title) -ForegroundColor Cyan
    Write-Host ('Run it on {0} as {1}.' -f $RunOn, $Account)
    $computer = ($RunOn -split '[.\\]')[0]
    if ($computer -ne $env:COMPUTERNAME) {
        Write-Warning ('This is {0}. Start this script on {1} with -From {2};' -f $env:COMPUTERNAME, $RunOn, $Id)
        Write-Warning 'or answer here, where the step may as well run from this computer.'
    }
    while ($true) {
        switch (Read-Host 'run, skip or quit') {
            'run' { return $true }
            'skip' { return $false }
            'quit' { Write-Host ('Go on later with -From {0}' -f $Id); exit 130 }
        }
    }
}

function Confirm-Harm([string] $Harm, [string] $Name) {
    Write-Host ('DESTRUCTIVE: {0}' -f $Harm) -ForegroundColor Red
    while ((Read-Host ('Type {0} to go on (Ctrl+C stops)' -f $Name)) -ne $Name) { }
}

function Confirm-Check([string] $Question) {
    if ((Read-Host ('{0} (yes or no)' -f $Question)) -ne 'yes') {
        throw 'Stopped: the answer was not yes. Fix it, then start again with -From and the id of this step.'
    }
}

function Assert-ExitCode([int] $Low, [int] $High) {
    if ($LASTEXITCODE -lt $Low -or $LASTEXITCODE -gt $High) {
        $success = if ($Low -eq $High) { "$Low means" } else { "$Low to $High mean" }
        throw ('Exit code {0}; {1} success.' -f $LASTEXITCODE, $success)
    }
}

function New-SetFile([string] $Path) {
    if (Test-Path -LiteralPath $Path) { throw ('{0} is there already: a backup goes into a new set.' -f $Path) }
    [void] (New-Item -ItemType Directory -Force -Path (Split-Path -Parent $Path))
}

function Save-Byte([string] $Path, [object[]] $Data) {
    $bytes = [byte[]] @($Data | ForEach-Object -Process { $_ })
    if ($bytes.Length -eq 0) { throw ('Nothing came back for {0}.' -f $Path) }
    New-SetFile -Path $Path
    [System.IO.File]::WriteAllBytes($Path, $bytes)
    Write-Host ('{0}: {1} bytes' -f $Path, $bytes.Length)
}

function Save-Text([string] $Path, [object[]] $Data) {
    New-SetFile -Path $Path
    $text = $Data | Format-List -Property * | Out-String -Width 4096
    [System.IO.File]::WriteAllText($Path, $text, (New-Object -TypeName System.Text.UTF8Encoding -ArgumentList $false))
    Write-Host ('{0}: {1} characters' -f $Path, $text.Length)
}

# Replace each of these everywhere in this file (editor, Replace All); double any apostrophe.
$values = @(
    '<ServerFqdn>',
    '<Run:local-folder>',
    '<BackupSet>',
    '<PoolFqdn>',
    '<RgsServiceId>',
    '<DatabaseFolder>',
    '<DatabaseInstance>',
    '<DatabaseName>',
    '<DatabaseFile>',
    '<PChatInstance>',
    '<FileStoreLocalPath>',
    '<FileStoreServerFqdn>',
    '<ShareName>',
    '<FileStoreShare>',
    '<AppServerServiceId>'
)
if ($values -match '^<.*>$') {
    throw ('Fill in first: {0}' -f (($values -match '^<.*>$') -join ', '))
}
# Decide first: How is Persistent Chat saved? The same way must be taken for the restore. Export-CsPersistentChatData / a SQL Server backup of mgc

# ---- Back up core data and settings
# Only if for each <PoolFqdn> of front end pools
if (Test-Step -Id 'backup-core/bk-new-share' -Title 'Make the folders for this run' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    # Note: The folder of the set on the backup share is made by the wizard, new for every run.
    # Note: The local folders are new too, so that no export meets an older file; they are removed when the set is complete.
    New-Item -ItemType 'Directory' -Path @('<Run:local-folder>\UserData', '<Run:local-folder>\Rgs', '<Run:local-folder>\PersistentChat') -Force
}

# ---- Back up core data and settings
if (Test-Step -Id 'backup-core/bk-xds' -Title 'Export the Central Management store' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    # Note: Writes topology, policies and settings; the settings of Archiving and Monitoring are among them.
    Save-Byte -Path '<BackupSet>\Config.zip' -Data @(Export-CsConfiguration -AsBytes)
}

# ---- Back up core data and settings
if (Test-Step -Id 'backup-core/bk-lis' -Title 'Export the location information' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    Save-Byte -Path '<BackupSet>\E911Config.zip' -Data @(Export-CsLisConfiguration -AsBytes)
}

# ---- Back up core data and settings
# Only if for each <PoolFqdn> of front end pools
if (Test-Step -Id 'backup-core/bk-userdata' -Title 'Export the user data' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    # Note: A URN that contains \ or / makes the cmdlet stop at that point; any error makes the backup fail.
    Export-CsUserData -PoolFqdn '<PoolFqdn>' -FileName '<Run:local-folder>\UserData\<PoolFqdn>.zip'
    Get-Item -LiteralPath '<Run:local-folder>\UserData\<PoolFqdn>.zip' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Length is at least 100?'
}

# ---- Back up core data and settings
# Only if for each <PoolFqdn> of front end pools
if (Test-Step -Id 'backup-core/bk-userdata-copy' -Title 'Copy the user data into the set' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    robocopy '<Run:local-folder>\UserData' '<BackupSet>\UserData' '/E' '/COPY:DATSO' '/DCOPY:T' '/R:2' '/W:5'
    Assert-ExitCode -Low 0 -High 7
}

# ---- Back up core data and settings
# Only if for each <RgsPoolFqdn> of response group pools
if (Test-Step -Id 'backup-core/bk-rgs' -Title 'Export the Response Group configuration' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    # Note: The command refuses to overwrite a file; the folder is new for every run.
    Export-CsRgsConfiguration -Source '<RgsServiceId>' -FileName '<Run:local-folder>\Rgs\<PoolFqdn>.zip'
    Get-Item -LiteralPath '<Run:local-folder>\Rgs\<PoolFqdn>.zip' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Length is at least 100?'
}

# ---- Back up core data and settings
# Only if for each <RgsPoolFqdn> of response group pools
if (Test-Step -Id 'backup-core/bk-rgs-copy' -Title 'Copy the Response Groups into the set' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    robocopy '<Run:local-folder>\Rgs' '<BackupSet>\Rgs' '/E' '/COPY:DATSO' '/DCOPY:T' '/R:2' '/W:5'
    Assert-ExitCode -Low 0 -High 7
}

# ---- Back up Archiving and Monitoring data
# Only if for each <DatabaseName> of archiving and monitoring databases
if (Test-Step -Id 'backup-archmon/bk-sql-archmon.1' -Title 'Make the folder in the set' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    # Note: Settings of Archiving and Monitoring are in the export of the configuration already.
    # Note: What Exchange archives must be saved by Exchange.
    New-Item -ItemType 'Directory' -Path '<DatabaseFolder>' -Force
}

# ---- Back up Archiving and Monitoring data
# Only if for each <DatabaseName> of archiving and monitoring databases
if (Test-Step -Id 'backup-archmon/bk-sql-archmon.2' -Title 'Back up the database' -RunOn '<DatabaseInstance>' -Account 'sql-admin') {
    # Note: The file must be new; the SQL service account (or the computer account of its server) must be let into the share.
    # Note: COPY_ONLY leaves the base of the database administrator's differential backups alone.
    # Note: The Backup Service of paired pools does not replicate these databases.
    sqlcmd '-S' '<DatabaseInstance>' '-E' '-b' '-Q' 'BACKUP DATABASE [<DatabaseName>] TO DISK = N''<DatabaseFile>'' WITH COPY_ONLY, CHECKSUM, STATS = 5;'
    Assert-ExitCode -Low 0 -High 0
    sqlcmd '-S' '<DatabaseInstance>' '-E' '-b' '-Q' 'RESTORE HEADERONLY FROM DISK = N''<DatabaseFile>'';' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: DatabaseName is <DatabaseName>; the number of objects is 1?'
}

# ---- Back up Archiving and Monitoring data
# Only if for each <DatabaseName> of archiving and monitoring databases
if (Test-Step -Id 'backup-archmon/bk-sql-archmon.3' -Title 'Read the backup to its end' -RunOn '<DatabaseInstance>' -Account 'sql-admin') {
    sqlcmd '-S' '<DatabaseInstance>' '-E' '-b' '-Q' 'RESTORE VERIFYONLY FROM DISK = N''<DatabaseFile>'' WITH CHECKSUM, STATS = 5;'
    Assert-ExitCode -Low 0 -High 0
}

# ---- Back up Persistent Chat
# Only if How is Persistent Chat saved? The same way must be taken for the restore. Export-CsPersistentChatData
# Only if for each <PoolFqdn> of persistent chat pools
if (Test-Step -Id 'backup-pchat/bk-pchat-export' -Title 'Export the Persistent Chat data' -RunOn '<ServerFqdn>' -Account 'chat-admin') {
    # Note: Never add -DisableExportedNodes; it disables the exported categories and rooms.
    # Note: The level is All by default, which exports everything.
    Save-Byte -Path '<BackupSet>\PersistentChat\<PoolFqdn>.zip' -Data @(Export-CsPersistentChatData -DBInstance '<PChatInstance>' -AsBytes)
}

# ---- Back up Persistent Chat
# Only if How is Persistent Chat saved? The same way must be taken for the restore. a SQL Server backup of mgc
# Only if for each <DatabaseName> of persistent chat databases
if (Test-Step -Id 'backup-pchat/bk-pchat-sql.1' -Title 'Make the folder in the set' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    New-Item -ItemType 'Directory' -Path '<DatabaseFolder>' -Force
}

# ---- Back up Persistent Chat
# Only if How is Persistent Chat saved? The same way must be taken for the restore. a SQL Server backup of mgc
# Only if for each <DatabaseName> of persistent chat databases
if (Test-Step -Id 'backup-pchat/bk-pchat-sql.2' -Title 'Back up the database' -RunOn '<DatabaseInstance>' -Account 'sql-admin') {
    # Note: A SQL backup needs much more room than the export
    # Note: possibly twenty times as much.
    sqlcmd '-S' '<DatabaseInstance>' '-E' '-b' '-Q' 'BACKUP DATABASE [<DatabaseName>] TO DISK = N''<DatabaseFile>'' WITH COPY_ONLY, CHECKSUM, STATS = 5;'
    Assert-ExitCode -Low 0 -High 0
    sqlcmd '-S' '<DatabaseInstance>' '-E' '-b' '-Q' 'RESTORE HEADERONLY FROM DISK = N''<DatabaseFile>'';' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: DatabaseName is <DatabaseName>; the number of objects is 1?'
}

# ---- Back up Persistent Chat
# Only if How is Persistent Chat saved? The same way must be taken for the restore. a SQL Server backup of mgc
# Only if for each <DatabaseName> of persistent chat databases
if (Test-Step -Id 'backup-pchat/bk-pchat-sql.3' -Title 'Read the backup to its end' -RunOn '<DatabaseInstance>' -Account 'sql-admin') {
    sqlcmd '-S' '<DatabaseInstance>' '-E' '-b' '-Q' 'RESTORE VERIFYONLY FROM DISK = N''<DatabaseFile>'' WITH CHECKSUM, STATS = 5;'
    Assert-ExitCode -Low 0 -High 0
}

# ---- Back up the file stores
if (Test-Step -Id 'backup-filestore/bk-fs-find' -Title 'Find the file stores' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    # Note: Compare what is listed with the row "Lync Server File Store" of the worksheets.
    Save-Text -Path '<BackupSet>\Settings\file-stores.txt' -Data @(Get-CsService -FileStore)
}

# ---- Back up the file stores
# Only if the file store lies on a server of the pool
# Only if for each <PoolFqdn> of file store pools
if (Test-Step -Id 'backup-filestore/bk-fs-copy.1' -Title 'Copy the file store that lies on the server itself' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    # Note: Meeting.Active is never copied; a running meeting keeps it open and locked.
    # Note: The restore needs exactly the same path and share name.
    robocopy '<FileStoreLocalPath>' '<BackupSet>\FileStore\<FileStoreServerFqdn>_<ShareName>' '/E' '/COPY:DATSO' '/DCOPY:T' '/R:2' '/W:5' '/XF' 'Meeting.Active'
    Assert-ExitCode -Low 0 -High 7
}

# ---- Back up the file stores
# Only if not: the file store lies on a server of the pool
# Only if for each <PoolFqdn> of file store pools
if (Test-Step -Id 'backup-filestore/bk-fs-copy.2' -Title 'Copy the file store from its file server' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    robocopy '<FileStoreShare>' '<BackupSet>\FileStore\<FileStoreServerFqdn>_<ShareName>' '/E' '/COPY:DATSO' '/DCOPY:T' '/R:2' '/W:5' '/XF' 'Meeting.Active'
    Assert-ExitCode -Low 0 -High 7
}

# ---- Save what must be kept apart
# Only if Call Park or Group Call Pickup is deployed
# Only if for each <PoolFqdn> of front end pools
if (Test-Step -Id 'backup-apart/bk-audio-cps' -Title 'Copy the music on hold of Call Park' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    robocopy '<FileStoreShare>\<AppServerServiceId>\AppServerFiles\CPS' '<BackupSet>\Audio\CPS\<PoolFqdn>' '/E' '/COPY:DATSO' '/DCOPY:T' '/R:2' '/W:5'
    Assert-ExitCode -Low 0 -High 7
}

# ---- Save what must be kept apart
# Only if Call Park or Group Call Pickup is deployed
# Only if for each <PoolFqdn> of front end pools
if (Test-Step -Id 'backup-apart/bk-cps-settings' -Title 'Write down the Call Park settings' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    # Note: Call Park settings cannot be saved; they are entered again by hand.
    Save-Text -Path '<BackupSet>\Settings\call-park_<PoolFqdn>.txt' -Data @(Get-CsCpsConfiguration)
}

# ---- Save what must be kept apart
# Only if announcements for unassigned numbers are in use
# Only if for each <PoolFqdn> of front end pools
if (Test-Step -Id 'backup-apart/bk-audio-announce' -Title 'Copy the audio of announcements' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    robocopy '<FileStoreShare>\<AppServerServiceId>\AppServerFiles\RGS\AS' '<BackupSet>\Audio\AS\<PoolFqdn>' '/E' '/COPY:DATSO' '/DCOPY:T' '/R:2' '/W:5'
    Assert-ExitCode -Low 0 -High 7
}

# ---- Save what must be kept apart
# Only if announcements for unassigned numbers are in use
# Only if for each <PoolFqdn> of front end pools
if (Test-Step -Id 'backup-apart/bk-announcements.1' -Title 'Announcements' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    Save-Text -Path '<BackupSet>\Settings\announcements_<PoolFqdn>.txt' -Data @(Get-CsAnnouncement)
}

# ---- Save what must be kept apart
# Only if announcements for unassigned numbers are in use
# Only if for each <PoolFqdn> of front end pools
if (Test-Step -Id 'backup-apart/bk-announcements.2' -Title 'Unassigned numbers' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    Save-Text -Path '<BackupSet>\Settings\unassigned-numbers_<PoolFqdn>.txt' -Data @(Get-CsUnassignedNumber)
}

# ---- Save what must be kept apart
# Only if for each <RgsPoolFqdn> of response group pools
if (Test-Step -Id 'backup-apart/bk-rgs-settings' -Title 'Write down the Response Group application settings' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    # Note: An import brings them back only with -ReplaceExistingRgsSettings.
    Save-Text -Path '<BackupSet>\Settings\response-group_<PoolFqdn>.txt' -Data @(Get-CsRgsConfiguration -Identity '<RgsServiceId>')
}

Write-Host 'Afterwards: Back up Active Directory, the certification authority and what else the additional requirements name, in the same window.'
Write-Host 'Afterwards: Look at the set with `lync-wizard backup verify`.'
