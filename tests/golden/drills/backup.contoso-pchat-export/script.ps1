# Back up the deployment (backup)
# Target: contoso. Backup set: 2026-11-22T013000Z_contoso. Plan: sha256:0d729cf87f02d7118af39fe608c91d336f3659582b28a80275aa80876c65b49b
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

# ---- Back up core data and settings
if (Test-Step -Id 'backup-core/bk-new-share@pool01.contoso.com' -Title 'Make the folders for this run' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    # Note: The folder of the set on the backup share is made by the wizard, new for every run.
    # Note: The local folders are new too, so that no export meets an older file; they are removed when the set is complete.
    New-Item -ItemType 'Directory' -Path @('C:\Backup\2026-11-22T013000Z_contoso\UserData', 'C:\Backup\2026-11-22T013000Z_contoso\Rgs', 'C:\Backup\2026-11-22T013000Z_contoso\PersistentChat') -Force
}

# ---- Back up core data and settings
if (Test-Step -Id 'backup-core/bk-new-share@se02.contoso.com' -Title 'Make the folders for this run' -RunOn 'se02.contoso.com' -Account 'lync-admin') {
    # Note: The folder of the set on the backup share is made by the wizard, new for every run.
    # Note: The local folders are new too, so that no export meets an older file; they are removed when the set is complete.
    New-Item -ItemType 'Directory' -Path @('C:\Backup\2026-11-22T013000Z_contoso\UserData', 'C:\Backup\2026-11-22T013000Z_contoso\Rgs', 'C:\Backup\2026-11-22T013000Z_contoso\PersistentChat') -Force
}

# ---- Back up core data and settings
if (Test-Step -Id 'backup-core/bk-xds' -Title 'Export the Central Management store' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    # Note: Writes topology, policies and settings; the settings of Archiving and Monitoring are among them.
    Confirm-Check -Question 'Before: every cmdlet and parameter of the plan exists there?'
    Save-Byte -Path '\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\Config.zip' -Data @(Export-CsConfiguration -AsBytes)
}

# ---- Back up core data and settings
if (Test-Step -Id 'backup-core/bk-lis' -Title 'Export the location information' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Save-Byte -Path '\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\E911Config.zip' -Data @(Export-CsLisConfiguration -AsBytes)
}

# ---- Back up core data and settings
if (Test-Step -Id 'backup-core/bk-userdata@pool01.contoso.com' -Title 'Export the user data' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    # Note: A URN that contains \ or / makes the cmdlet stop at that point; any error makes the backup fail.
    Export-CsUserData -PoolFqdn 'pool01.contoso.com' -FileName 'C:\Backup\2026-11-22T013000Z_contoso\UserData\pool01.contoso.com.zip'
    Get-Item -LiteralPath 'C:\Backup\2026-11-22T013000Z_contoso\UserData\pool01.contoso.com.zip' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Length is at least 100?'
}

# ---- Back up core data and settings
if (Test-Step -Id 'backup-core/bk-userdata@se02.contoso.com' -Title 'Export the user data' -RunOn 'se02.contoso.com' -Account 'lync-admin') {
    # Note: A URN that contains \ or / makes the cmdlet stop at that point; any error makes the backup fail.
    Confirm-Check -Question 'Before: every cmdlet and parameter of the plan exists there?'
    Export-CsUserData -PoolFqdn 'se02.contoso.com' -FileName 'C:\Backup\2026-11-22T013000Z_contoso\UserData\se02.contoso.com.zip'
    Get-Item -LiteralPath 'C:\Backup\2026-11-22T013000Z_contoso\UserData\se02.contoso.com.zip' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Length is at least 100?'
}

# ---- Back up core data and settings
if (Test-Step -Id 'backup-core/bk-userdata-copy@pool01.contoso.com' -Title 'Copy the user data into the set' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Confirm-Check -Question 'Before: the session reaches the backup share?'
    robocopy 'C:\Backup\2026-11-22T013000Z_contoso\UserData' '\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\UserData' '/E' '/COPY:DATSO' '/DCOPY:T' '/R:2' '/W:5'
    Assert-ExitCode -Low 0 -High 7
}

# ---- Back up core data and settings
if (Test-Step -Id 'backup-core/bk-userdata-copy@se02.contoso.com' -Title 'Copy the user data into the set' -RunOn 'se02.contoso.com' -Account 'lync-admin') {
    Confirm-Check -Question 'Before: the session reaches the backup share?'
    robocopy 'C:\Backup\2026-11-22T013000Z_contoso\UserData' '\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\UserData' '/E' '/COPY:DATSO' '/DCOPY:T' '/R:2' '/W:5'
    Assert-ExitCode -Low 0 -High 7
}

# ---- Back up core data and settings
if (Test-Step -Id 'backup-core/bk-rgs@pool01.contoso.com' -Title 'Export the Response Group configuration' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    # Note: The command refuses to overwrite a file; the folder is new for every run.
    Export-CsRgsConfiguration -Source 'service:ApplicationServer:pool01.contoso.com' -FileName 'C:\Backup\2026-11-22T013000Z_contoso\Rgs\pool01.contoso.com.zip'
    Get-Item -LiteralPath 'C:\Backup\2026-11-22T013000Z_contoso\Rgs\pool01.contoso.com.zip' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Length is at least 100?'
}

# ---- Back up core data and settings
if (Test-Step -Id 'backup-core/bk-rgs-copy@pool01.contoso.com' -Title 'Copy the Response Groups into the set' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    robocopy 'C:\Backup\2026-11-22T013000Z_contoso\Rgs' '\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\Rgs' '/E' '/COPY:DATSO' '/DCOPY:T' '/R:2' '/W:5'
    Assert-ExitCode -Low 0 -High 7
}

# ---- Back up Archiving and Monitoring data
if (Test-Step -Id 'backup-archmon/bk-sql-archmon.1@LcsLog' -Title 'Make the folder in the set' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    # Note: Settings of Archiving and Monitoring are in the export of the configuration already.
    # Note: What Exchange archives must be saved by Exchange.
    New-Item -ItemType 'Directory' -Path '\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\Sql\mon01.contoso.com_LYNC' -Force
}

# ---- Back up Archiving and Monitoring data
if (Test-Step -Id 'backup-archmon/bk-sql-archmon.1@LcsCDR' -Title 'Make the folder in the set' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    # Note: Settings of Archiving and Monitoring are in the export of the configuration already.
    # Note: What Exchange archives must be saved by Exchange.
    New-Item -ItemType 'Directory' -Path '\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\Sql\mon01.contoso.com_LYNC' -Force
}

# ---- Back up Archiving and Monitoring data
if (Test-Step -Id 'backup-archmon/bk-sql-archmon.1@QoEMetrics' -Title 'Make the folder in the set' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    # Note: Settings of Archiving and Monitoring are in the export of the configuration already.
    # Note: What Exchange archives must be saved by Exchange.
    New-Item -ItemType 'Directory' -Path '\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\Sql\mon01.contoso.com_LYNC' -Force
}

# ---- Back up Archiving and Monitoring data
if (Test-Step -Id 'backup-archmon/bk-sql-archmon.2@LcsLog' -Title 'Back up the database' -RunOn 'mon01.contoso.com\LYNC' -Account 'sql-admin') {
    # Note: The file must be new; the SQL service account (or the computer account of its server) must be let into the share.
    # Note: COPY_ONLY leaves the base of the database administrator's differential backups alone.
    # Note: The Backup Service of paired pools does not replicate these databases.
    sqlcmd '-S' 'mon01.contoso.com\LYNC' '-E' '-b' '-Q' 'BACKUP DATABASE [LcsLog] TO DISK = N''\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\Sql\mon01.contoso.com_LYNC\LcsLog.bak'' WITH COPY_ONLY, CHECKSUM, STATS = 5;'
    Assert-ExitCode -Low 0 -High 0
    sqlcmd '-S' 'mon01.contoso.com\LYNC' '-E' '-b' '-Q' 'RESTORE HEADERONLY FROM DISK = N''\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\Sql\mon01.contoso.com_LYNC\LcsLog.bak'';' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: DatabaseName is LcsLog; the number of objects is 1?'
}

# ---- Back up Archiving and Monitoring data
if (Test-Step -Id 'backup-archmon/bk-sql-archmon.2@LcsCDR' -Title 'Back up the database' -RunOn 'mon01.contoso.com\LYNC' -Account 'sql-admin') {
    # Note: The file must be new; the SQL service account (or the computer account of its server) must be let into the share.
    # Note: COPY_ONLY leaves the base of the database administrator's differential backups alone.
    # Note: The Backup Service of paired pools does not replicate these databases.
    sqlcmd '-S' 'mon01.contoso.com\LYNC' '-E' '-b' '-Q' 'BACKUP DATABASE [LcsCDR] TO DISK = N''\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\Sql\mon01.contoso.com_LYNC\LcsCDR.bak'' WITH COPY_ONLY, CHECKSUM, STATS = 5;'
    Assert-ExitCode -Low 0 -High 0
    sqlcmd '-S' 'mon01.contoso.com\LYNC' '-E' '-b' '-Q' 'RESTORE HEADERONLY FROM DISK = N''\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\Sql\mon01.contoso.com_LYNC\LcsCDR.bak'';' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: DatabaseName is LcsCDR; the number of objects is 1?'
}

# ---- Back up Archiving and Monitoring data
if (Test-Step -Id 'backup-archmon/bk-sql-archmon.2@QoEMetrics' -Title 'Back up the database' -RunOn 'mon01.contoso.com\LYNC' -Account 'sql-admin') {
    # Note: The file must be new; the SQL service account (or the computer account of its server) must be let into the share.
    # Note: COPY_ONLY leaves the base of the database administrator's differential backups alone.
    # Note: The Backup Service of paired pools does not replicate these databases.
    sqlcmd '-S' 'mon01.contoso.com\LYNC' '-E' '-b' '-Q' 'BACKUP DATABASE [QoEMetrics] TO DISK = N''\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\Sql\mon01.contoso.com_LYNC\QoEMetrics.bak'' WITH COPY_ONLY, CHECKSUM, STATS = 5;'
    Assert-ExitCode -Low 0 -High 0
    sqlcmd '-S' 'mon01.contoso.com\LYNC' '-E' '-b' '-Q' 'RESTORE HEADERONLY FROM DISK = N''\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\Sql\mon01.contoso.com_LYNC\QoEMetrics.bak'';' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: DatabaseName is QoEMetrics; the number of objects is 1?'
}

# ---- Back up Archiving and Monitoring data
if (Test-Step -Id 'backup-archmon/bk-sql-archmon.3@LcsLog' -Title 'Read the backup to its end' -RunOn 'mon01.contoso.com\LYNC' -Account 'sql-admin') {
    sqlcmd '-S' 'mon01.contoso.com\LYNC' '-E' '-b' '-Q' 'RESTORE VERIFYONLY FROM DISK = N''\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\Sql\mon01.contoso.com_LYNC\LcsLog.bak'' WITH CHECKSUM, STATS = 5;'
    Assert-ExitCode -Low 0 -High 0
}

# ---- Back up Archiving and Monitoring data
if (Test-Step -Id 'backup-archmon/bk-sql-archmon.3@LcsCDR' -Title 'Read the backup to its end' -RunOn 'mon01.contoso.com\LYNC' -Account 'sql-admin') {
    sqlcmd '-S' 'mon01.contoso.com\LYNC' '-E' '-b' '-Q' 'RESTORE VERIFYONLY FROM DISK = N''\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\Sql\mon01.contoso.com_LYNC\LcsCDR.bak'' WITH CHECKSUM, STATS = 5;'
    Assert-ExitCode -Low 0 -High 0
}

# ---- Back up Archiving and Monitoring data
if (Test-Step -Id 'backup-archmon/bk-sql-archmon.3@QoEMetrics' -Title 'Read the backup to its end' -RunOn 'mon01.contoso.com\LYNC' -Account 'sql-admin') {
    sqlcmd '-S' 'mon01.contoso.com\LYNC' '-E' '-b' '-Q' 'RESTORE VERIFYONLY FROM DISK = N''\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\Sql\mon01.contoso.com_LYNC\QoEMetrics.bak'' WITH CHECKSUM, STATS = 5;'
    Assert-ExitCode -Low 0 -High 0
}

# ---- Back up Persistent Chat
if (Test-Step -Id 'backup-pchat/bk-pchat-export@chatpool.contoso.com' -Title 'Export the Persistent Chat data' -RunOn 'chat01.contoso.com' -Account 'chat-admin') {
    # Note: Never add -DisableExportedNodes; it disables the exported categories and rooms.
    # Note: The level is All by default, which exports everything.
    Confirm-Check -Question 'Before: every cmdlet and parameter of the plan exists there?'
    Save-Byte -Path '\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\PersistentChat\chatpool.contoso.com.zip' -Data @(Export-CsPersistentChatData -DBInstance 'chatsql01.contoso.com\LYNC' -AsBytes)
}

# ---- Back up the file stores
if (Test-Step -Id 'backup-filestore/bk-fs-find' -Title 'Find the file stores' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    # Note: Compare what is listed with the row "Lync Server File Store" of the worksheets.
    Save-Text -Path '\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\Settings\file-stores.txt' -Data @(Get-CsService -FileStore)
}

# ---- Back up the file stores
if (Test-Step -Id 'backup-filestore/bk-fs-copy.1@se02.contoso.com' -Title 'Copy the file store that lies on the server itself' -RunOn 'se02.contoso.com' -Account 'lync-admin') {
    # Note: Meeting.Active is never copied; a running meeting keeps it open and locked.
    # Note: The restore needs exactly the same path and share name.
    robocopy 'C:\LyncShare' '\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\FileStore\se02.contoso.com_LyncShare' '/E' '/COPY:DATSO' '/DCOPY:T' '/R:2' '/W:5' '/XF' 'Meeting.Active'
    Assert-ExitCode -Low 0 -High 7
}

# ---- Back up the file stores
if (Test-Step -Id 'backup-filestore/bk-fs-copy.2@chatpool.contoso.com' -Title 'Copy the file store from its file server' -RunOn 'chat01.contoso.com' -Account 'lync-admin') {
    Confirm-Check -Question 'Before: the session reaches the backup share?'
    robocopy '\\fs01.contoso.com\LyncShare' '\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\FileStore\fs01.contoso.com_LyncShare' '/E' '/COPY:DATSO' '/DCOPY:T' '/R:2' '/W:5' '/XF' 'Meeting.Active'
    Assert-ExitCode -Low 0 -High 7
}

# ---- Back up the file stores
if (Test-Step -Id 'backup-filestore/bk-fs-copy.2@dir01.contoso.com' -Title 'Copy the file store from its file server' -RunOn 'dir01.contoso.com' -Account 'lync-admin') {
    Confirm-Check -Question 'Before: the session reaches the backup share?'
    robocopy '\\fs01.contoso.com\DirShare' '\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\FileStore\fs01.contoso.com_DirShare' '/E' '/COPY:DATSO' '/DCOPY:T' '/R:2' '/W:5' '/XF' 'Meeting.Active'
    Assert-ExitCode -Low 0 -High 7
}

# ---- Save what must be kept apart
if (Test-Step -Id 'backup-apart/bk-rgs-settings@pool01.contoso.com' -Title 'Write down the Response Group application settings' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    # Note: An import brings them back only with -ReplaceExistingRgsSettings.
    Save-Text -Path '\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\Settings\response-group_pool01.contoso.com.txt' -Data @(Get-CsRgsConfiguration -Identity 'service:ApplicationServer:pool01.contoso.com')
}

# Left out: Back up mgc: pchat way sql was not chosen
# Left out: Copy the file store that lies on the server itself: chatpool.contoso.com: the file store is elsewhere
# Left out: Copy the file store that lies on the server itself: dir01.contoso.com: the file store is elsewhere
# Left out: Copy the file store from its file server: se02.contoso.com: the file store lies on a server of the pool
# Left out: Copy the music on hold of Call Park: pool01.contoso.com: not deployed
# Left out: Copy the music on hold of Call Park: se02.contoso.com: not deployed
# Left out: Write down the Call Park settings: pool01.contoso.com: not deployed
# Left out: Write down the Call Park settings: se02.contoso.com: not deployed
# Left out: Copy the audio of announcements: pool01.contoso.com: not in use
# Left out: Copy the audio of announcements: se02.contoso.com: not in use
# Left out: Announcements: pool01.contoso.com: not in use
# Left out: Announcements: se02.contoso.com: not in use
# Left out: Unassigned numbers: pool01.contoso.com: not in use
# Left out: Unassigned numbers: se02.contoso.com: not in use
Write-Host 'Afterwards: Back up Active Directory, the certification authority and what else the additional requirements name, in the same window.'
Write-Host 'Afterwards: Look at the set with `lync-wizard backup verify`.'
