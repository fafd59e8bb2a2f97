# Back up the deployment (backup)
# After: Backing up Lync Server 2013
# Start it in the Lync Server Management Shell. It asks before every step; -From ID goes on at a step.
# Where Windows refuses to run it (execution policy, or the mark of a file from the web), start it with
#     powershell -ExecutionPolicy Bypass -File .\NAME-OF-THIS-FILE.ps1
# or take the mark away with
#     Unblock-File -LiteralPath .\NAME-OF-THIS-FILE.ps1
# It keeps a transcript and what was answered beside itself, or in the profile of the user if it lies in a backup set.
#requires -Version 3.0
[CmdletBinding()]
param(
    # Id of the step to begin with; those before it are passed over.
    [string] $From = ''
)
$ErrorActionPreference = 'Stop'
# How many values of a list are shown; the formatter asks for the global one, which Close-Record sets back.
$script:Limit = $global:FormatEnumerationLimit
if ($PSVersionTable.PSVersion.Major -gt 5) {
    $PSNativeCommandArgumentPassing = 'Legacy'
    $PSNativeCommandUseErrorActionPreference = $false
    Write-Warning ('This is PowerShell {0}. The Lync module needs Windows PowerShell:' -f $PSVersionTable.PSVersion)
    Write-Warning 'start this script with powershell.exe on the servers.'
}
$script:Waiting = ''
$script:Now = $null
$script:Doing = ''
$script:Run = 0
$script:Skipped = 0
$script:Passed = 0
$script:Transcript = ''
$script:Answers = ''
$script:Ended = $false

function Get-StartLine([string] $Id) {
    $program = if ($PSVersionTable.PSVersion.Major -gt 5) { 'pwsh' } else { 'powershell' }
    $step = if ($Id -match '^[\w./@-]+$') { $Id } else { '"{0}"' -f $Id }
    return '{0} -ExecutionPolicy Bypass -File "{1}" -From {2}' -f $program, $PSCommandPath, $step
}

# The message of an error, with the reasons inside it that it does not name itself.
function Get-Reason([object] $Failure) {
    $text = [string] $Failure
    $inner = $Failure.Exception.InnerException
    while ($null -ne $inner) {
        if (-not $text.Contains($inner.Message)) { $text = '{0} ({1})' -f $text, $inner.Message }
        $inner = $inner.InnerException
    }
    return $text
}

# One line of the file of answers, from which a new start knows where to go on.
function Add-Record([string] $Step, [string] $Asked, [string] $Answer) {
    if ($script:Answers -eq '') { return }
    $time = [DateTime]::Now.ToString('s', [System.Globalization.CultureInfo]::InvariantCulture)
    $line = [PSCustomObject] @{
        Time = $time; Plan = $script:Plan; Computer = [System.Net.Dns]::GetHostName(); Step = $Step
        Asked = $Asked; Answer = $Answer
    }
    try {
        $line | Export-Csv -LiteralPath $script:Answers -Append -NoTypeInformation -Encoding 'UTF8'
    } catch {
        Write-Warning ('Answers are no longer kept in {0}: {1}' -f $script:Answers, (Get-Reason -Failure $_))
        $script:Answers = ''
    }
}

function Read-Answer([string] $Question) {
    $answer = Read-Host -Prompt $Question
    if ($null -eq $answer) { throw ('Nobody is there to answer: {0}' -f $Question) }
    if ($null -ne $script:Now) { Add-Record -Step $script:Now.Id -Asked $Question -Answer $answer }
    return $answer
}

function Read-Choice([string] $Question) {
    while ($true) {
        $answer = Read-Answer -Question ('{0} (yes or no)' -f $Question)
        if (@('yes', 'no') -contains $answer) { return $answer -eq 'yes' }
    }
}

# The step at which the last run of this plan stopped; empty where it ran to its end or there was none.
function Get-Unfinished {
    if ($script:Answers -eq '' -or -not (Test-Path -LiteralPath $script:Answers)) { return '' }
    try {
        $all = @(Import-Csv -LiteralPath $script:Answers -Encoding 'UTF8')
    } catch {
        Write-Warning ('{0} cannot be read: {1}' -f $script:Answers, (Get-Reason -Failure $_))
        return ''
    }
    $last = $all | Where-Object -FilterScript { $_.Plan -eq $script:Plan } | Select-Object -Last 1
    if ($null -eq $last) { return '' }
    $at = [Array]::IndexOf($script:Steps, $last.Step)
    if ($at -ge 0 -and $last.Asked -eq 'ended' -and @('run', 'skipped') -contains $last.Answer) { $at++ }
    if ($at -lt 0 -or $at -ge $script:Steps.Count) { return '' }
    Write-Host ('The last run of this script stopped at step {0} ({1}, {2}).' -f $script:Steps[$at], $last.Time,
        $last.Computer)
    return $script:Steps[$at]
}

function Open-Record {
    $global:FormatEnumerationLimit = 100
    if ($From -ne '' -and $script:Steps -notcontains $From) {
        Write-Host ('There is no step {0}. The steps are:' -f $From) -ForegroundColor 'Red'
        foreach ($step in $script:Steps) { Write-Host ('    {0}' -f $step) }
        $script:Ended = $true
        exit 2
    }
    if ($PSCommandPath) {
        $folder = Split-Path -Parent -Path $PSCommandPath
        if (Test-Path -LiteralPath (Join-Path -Path $folder -ChildPath 'manifest.json')) {
            # Nothing may be added to a backup set.
            $folder = [Environment]::GetFolderPath('UserProfile')
        }
        $name = (Split-Path -Leaf -Path $PSCommandPath) -replace '\.ps1$', ''
        $base = Join-Path -Path $folder -ChildPath $name
        $script:Answers = '{0}.answers.csv' -f $base
        $time = [DateTime]::Now.ToString('yyyy-MM-dd_HHmmss', [System.Globalization.CultureInfo]::InvariantCulture)
        $path = '{0}.{1}.transcript.txt' -f $base, $time
        try {
            [void] (Start-Transcript -Path $path)
            $script:Transcript = $path
            Write-Host ('Transcript: {0}' -f $path)
        } catch {
            Write-Warning ('No transcript is kept: {0}' -f (Get-Reason -Failure $_))
        }
    }
    Write-Host ('{0} steps. It asks before each of them.' -f $script:Steps.Count)
    $script:Waiting = $From
    if ($From -eq '') {
        $step = Get-Unfinished
        if ($step -ne '' -and (Read-Choice -Question 'Go on there (yes), or begin with the first step (no)?')) {
            $script:Waiting = $step
        }
    }
}

# The step before is over; what it did, it did.
function Complete-Step {
    if ($null -ne $script:Now) {
        Add-Record -Step $script:Now.Id -Asked 'ended' -Answer $script:Now.Answer
        if ($script:Now.Answer -eq 'run') { $script:Run++ } else { $script:Skipped++ }
    }
    $script:Now = $null
    $script:Doing = ''
}

function Test-Step(
    [string] $Id, [string] $Title, [string] $RunOn, [string] $Account, [string] $Look = '', [string] $Undo = ''
) {
    if ($script:Waiting -ne '') {
        if ($Id -ne $script:Waiting) { $script:Passed++; return $false }
        $script:Waiting = ''
    }
    Complete-Step
    $script:Now = @{ Id = $Id; Title = $Title; RunOn = $RunOn; Look = $Look; Undo = $Undo; Answer = 'skipped' }
    Add-Record -Step $Id -Asked 'reached' -Answer ''
    Write-Host ''
    Write-Host ('{0}  {1}' -f $Id, $Title) -ForegroundColor 'Cyan'
    Write-Host ('Run it on {0} as {1}.' -f $RunOn, $Account)
    $computer = ([System.Net.Dns]::GetHostName() -split '\.')[0]
    if (($RunOn -split '[.\\]')[0] -ne $computer) {
        Write-Warning ('This is {0}. Start this script on {1} with -From {2};' -f $computer, $RunOn, $Id)
        Write-Warning 'or answer here, where the step may as well run from this computer.'
    }
    while ($true) {
        switch (Read-Answer -Question 'run, skip or quit') {
            'run' { $script:Now.Answer = 'run'; return $true }
            'skip' { return $false }
            'quit' {
                Write-Host ('Go on later with: {0}' -f (Get-StartLine -Id $Id))
                $script:Ended = $true
                exit 130
            }
        }
    }
}

function Invoke-Shown([scriptblock] $Command) {
    $script:Doing = $Command.ToString().Trim()
    Write-Host ('> {0}' -f $script:Doing) -ForegroundColor 'DarkGray'
    & $Command
}

function Confirm-Harm([string] $Harm, [string] $Name) {
    Write-Host ('DESTRUCTIVE: {0}' -f $Harm) -ForegroundColor 'Red'
    while ((Read-Answer -Question ('Type {0} to go on (Ctrl+C stops)' -f $Name)) -ne $Name) { }
}

function Confirm-Check([string] $Question) {
    if (-not (Read-Choice -Question $Question)) { throw ('The answer was no: {0}' -f $Question) }
}

function Confirm-Tolerated([object] $Failure, [string[]] $Words) {
    Write-Host ('Error: {0}' -f (Get-Reason -Failure $Failure)) -ForegroundColor 'Yellow'
    Write-Host ('It does not count if it has these words: {0}' -f ($Words -join ' / '))
    if (-not (Read-Choice -Question 'Does it not count?')) { throw $Failure }
}

function Assert-ExitCode([int] $Low, [int] $High) {
    if ($LASTEXITCODE -lt $Low -or $LASTEXITCODE -gt $High) {
        $success = if ($Low -eq $High) { "$Low means" } else { "$Low to $High mean" }
        throw ('Exit code {0}; {1} success.' -f $LASTEXITCODE, $success)
    }
}

function Show-Failure([object] $Failure) {
    Write-Host ''
    if ($null -eq $script:Now) {
        Write-Host ('STOPPED: {0}' -f (Get-Reason -Failure $Failure)) -ForegroundColor 'Red'
        return
    }
    Write-Host ('STOPPED at step {0}: {1}' -f $script:Now.Id, $script:Now.Title) -ForegroundColor 'Red'
    if ($script:Doing -ne '') { Write-Host ('What ran: {0}' -f $script:Doing) }
    Write-Host ('Error: {0}' -f (Get-Reason -Failure $Failure)) -ForegroundColor 'Red'
    Add-Record -Step $script:Now.Id -Asked 'ended' -Answer ('error: {0}' -f (Get-Reason -Failure $Failure))
    if ($script:Now.Look -ne '') {
        Write-Host ('Look at: {0}.' -f $script:Now.Look)
    } else {
        Write-Host ('Look at: the error above, and the event logs of {0} at this time.' -f $script:Now.RunOn)
    }
    if ($script:Now.Undo -ne '') { Write-Host ('To undo: {0}' -f $script:Now.Undo) }
    Write-Host ('When it is fixed, go on with: {0}' -f (Get-StartLine -Id $script:Now.Id))
}

function Complete-Record {
    Complete-Step
    Add-Record -Step '' -Asked 'ended' -Answer 'finished'
    $script:Ended = $true
    Write-Host ('Finished: {0} steps run, {1} skipped, {2} passed over before the first.' -f $script:Run, $script:Skipped,
        $script:Passed) -ForegroundColor 'Green'
}

function Close-Record {
    $interrupted = -not $script:Ended
    if ($interrupted -and $null -ne $script:Now) {
        Write-Host ''
        Write-Host ('INTERRUPTED at step {0}: {1}' -f $script:Now.Id, $script:Now.Title) -ForegroundColor 'Red'
        if ($script:Doing -ne '') { Write-Host ('What ran: {0}' -f $script:Doing) }
        Write-Host ('Go on with: {0}' -f (Get-StartLine -Id $script:Now.Id))
    }
    if ($script:Answers -ne '' -and (Test-Path -LiteralPath $script:Answers)) {
        Write-Host ('Answers: {0}' -f $script:Answers)
    }
    if ($script:Transcript -ne '') {
        Write-Host ('Transcript: {0}' -f $script:Transcript)
        [void] (Stop-Transcript)
    }
    $global:FormatEnumerationLimit = $script:Limit
    if ($interrupted) { exit 130 }
}

function New-SetFile([string] $Path) {
    if (Test-Path -LiteralPath $Path) { throw ('{0} is there already: a backup goes into a new set.' -f $Path) }
    [void] (New-Item -ItemType 'Directory' -Force -Path (Split-Path -Parent $Path))
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
    $text = $Data | Format-List -Property '*' | Out-String -Width 4096
    [System.IO.File]::WriteAllText($Path, $text, (New-Object -TypeName 'System.Text.UTF8Encoding' -ArgumentList $false))
    Write-Host ('{0}: {1} characters' -f $Path, $text.Length)
}

$script:Plan = 'backup'
$script:Steps = @(
    'backup-core/bk-new-share',
    'backup-core/bk-xds',
    'backup-core/bk-lis',
    'backup-core/bk-userdata',
    'backup-core/bk-userdata-copy',
    'backup-core/bk-rgs',
    'backup-core/bk-rgs-copy',
    'backup-archmon/bk-sql-archmon.1',
    'backup-archmon/bk-sql-archmon.2',
    'backup-archmon/bk-sql-archmon.3',
    'backup-pchat/bk-pchat-export',
    'backup-pchat/bk-pchat-sql.1',
    'backup-pchat/bk-pchat-sql.2',
    'backup-pchat/bk-pchat-sql.3',
    'backup-filestore/bk-fs-find',
    'backup-filestore/bk-fs-copy.1',
    'backup-filestore/bk-fs-copy.2',
    'backup-apart/bk-audio-cps',
    'backup-apart/bk-cps-settings',
    'backup-apart/bk-audio-announce',
    'backup-apart/bk-announcements.1',
    'backup-apart/bk-announcements.2',
    'backup-apart/bk-rgs-settings',
    'backup-apart/bk-schannel',
    'backup-apart/bk-schannel-edge',
    'backup-apart/bk-dfs-loopback'
)

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
# Decide first: How is Persistent Chat backed up? The restore must use the same method. Export-CsPersistentChatData / a SQL Server backup of mgc

try {
Open-Record

# ---- Back up core data and settings
# Only if for each <PoolFqdn> of front end pools
if (Test-Step -Id 'backup-core/bk-new-share' -Title 'Create the folders for this run' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    # Note: The folder of the set on the backup share is made by the wizard, new for every run.
    # Note: The local folders are new too, so that no export finds an older file of the same name; they are removed when the set is complete.
    Invoke-Shown -Command { New-Item -ItemType 'Directory' -Path @('<Run:local-folder>\UserData', '<Run:local-folder>\Rgs', '<Run:local-folder>\PersistentChat') -Force -Confirm:$false | Out-Host }
}

# ---- Back up core data and settings
if (Test-Step -Id 'backup-core/bk-xds' -Title 'Export the Central Management store' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    # Note: Writes topology, policies and settings; the settings of Archiving and Monitoring are among them.
    Invoke-Shown -Command { Save-Byte -Path '<BackupSet>\Config.zip' -Data @(Export-CsConfiguration -AsBytes) }
}

# ---- Back up core data and settings
if (Test-Step -Id 'backup-core/bk-lis' -Title 'Export the location information' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { Save-Byte -Path '<BackupSet>\E911Config.zip' -Data @(Export-CsLisConfiguration -AsBytes) }
}

# ---- Back up core data and settings
# Only if for each <PoolFqdn> of front end pools
if (Test-Step -Id 'backup-core/bk-userdata' -Title 'Export the user data' -RunOn '<ServerFqdn>' -Account 'lync-admin' -Look 'on <ServerFqdn> run: Get-Item -LiteralPath ''<Run:local-folder>\UserData\<PoolFqdn>.zip'' | Format-List -Property ''*'' | Out-Host; if it shows every object: LastWriteTime is another than what it was just before this step and Length is not 0, the step has had its effect') {
    # Note: A URN that contains \ or / makes the cmdlet stop at that point; any error makes the backup fail.
    Invoke-Shown -Command { Export-CsUserData -PoolFqdn '<PoolFqdn>' -FileName '<Run:local-folder>\UserData\<PoolFqdn>.zip' | Out-Host }
    Invoke-Shown -Command { Get-Item -LiteralPath '<Run:local-folder>\UserData\<PoolFqdn>.zip' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: LastWriteTime is another than what it was just before this step and Length is not 0?'
}

# ---- Back up core data and settings
# Only if for each <PoolFqdn> of front end pools
if (Test-Step -Id 'backup-core/bk-userdata-copy' -Title 'Copy the user data into the set' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { robocopy '<Run:local-folder>\UserData' '<BackupSet>\UserData' '/E' '/COPY:DATSO' '/DCOPY:T' '/R:2' '/W:5' | Out-Host }
    Assert-ExitCode -Low 0 -High 7
}

# ---- Back up core data and settings
# Only if for each <RgsPoolFqdn> of response group pools
if (Test-Step -Id 'backup-core/bk-rgs' -Title 'Export the Response Group configuration' -RunOn '<ServerFqdn>' -Account 'lync-admin' -Look 'on <ServerFqdn> run: Get-Item -LiteralPath ''<Run:local-folder>\Rgs\<PoolFqdn>.zip'' | Format-List -Property ''*'' | Out-Host; if it shows every object: LastWriteTime is another than what it was just before this step and Length is not 0, the step has had its effect') {
    # Note: The command refuses to overwrite a file; the folder is new for every run.
    Invoke-Shown -Command { Export-CsRgsConfiguration -Source '<RgsServiceId>' -FileName '<Run:local-folder>\Rgs\<PoolFqdn>.zip' | Out-Host }
    Invoke-Shown -Command { Get-Item -LiteralPath '<Run:local-folder>\Rgs\<PoolFqdn>.zip' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: LastWriteTime is another than what it was just before this step and Length is not 0?'
}

# ---- Back up core data and settings
# Only if for each <RgsPoolFqdn> of response group pools
if (Test-Step -Id 'backup-core/bk-rgs-copy' -Title 'Copy the Response Groups into the set' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { robocopy '<Run:local-folder>\Rgs' '<BackupSet>\Rgs' '/E' '/COPY:DATSO' '/DCOPY:T' '/R:2' '/W:5' | Out-Host }
    Assert-ExitCode -Low 0 -High 7
}

# ---- Back up Archiving and Monitoring data
# Only if for each <DatabaseName> of archiving and monitoring databases
if (Test-Step -Id 'backup-archmon/bk-sql-archmon.1' -Title 'Create the folder in the set' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    # Note: Settings of Archiving and Monitoring are in the export of the configuration already.
    # Note: What Exchange archives must be backed up with Exchange.
    Invoke-Shown -Command { New-Item -ItemType 'Directory' -Path '<DatabaseFolder>' -Force -Confirm:$false | Out-Host }
}

# ---- Back up Archiving and Monitoring data
# Only if for each <DatabaseName> of archiving and monitoring databases
if (Test-Step -Id 'backup-archmon/bk-sql-archmon.2' -Title 'Back up the database' -RunOn '<DatabaseInstance>' -Account 'sql-admin' -Look 'on <DatabaseInstance> run: sqlcmd ''-S'' ''<DatabaseInstance>'' ''-E'' ''-b'' ''-x'' ''-Q'' ''SELECT TOP (1) s.backup_set_id AS BackupId, f.physical_device_name AS BackedUpTo, s.backup_finish_date AS BackupFinishDate FROM msdb.dbo.backupset AS s LEFT JOIN msdb.dbo.backupmediafamily AS f ON f.media_set_id = s.media_set_id WHERE s.database_name = N''''<DatabaseName>'''' AND f.physical_device_name = N''''<DatabaseFile>'''' ORDER BY s.backup_set_id DESC;'' | Out-Host; if it shows every object: BackupId is above what it was just before this step, the step has had its effect') {
    # Note: The file must be new; the SQL service account (or the computer account of its server) needs write permission on the share.
    # Note: COPY_ONLY does not change the base of the database administrator's differential backups.
    # Note: The Backup Service of paired pools does not replicate these databases.
    Invoke-Shown -Command { sqlcmd '-S' '<DatabaseInstance>' '-E' '-b' '-x' '-Q' 'BACKUP DATABASE [<DatabaseName>] TO DISK = N''<DatabaseFile>'' WITH COPY_ONLY, CHECKSUM, STATS = 5;' | Out-Host }
    Assert-ExitCode -Low 0 -High 0
    Invoke-Shown -Command { sqlcmd '-S' '<DatabaseInstance>' '-E' '-b' '-x' '-Q' 'SELECT TOP (1) s.backup_set_id AS BackupId, f.physical_device_name AS BackedUpTo, s.backup_finish_date AS BackupFinishDate FROM msdb.dbo.backupset AS s LEFT JOIN msdb.dbo.backupmediafamily AS f ON f.media_set_id = s.media_set_id WHERE s.database_name = N''<DatabaseName>'' AND f.physical_device_name = N''<DatabaseFile>'' ORDER BY s.backup_set_id DESC;' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: BackupId is above what it was just before this step?'
}

# ---- Back up Archiving and Monitoring data
# Only if for each <DatabaseName> of archiving and monitoring databases
if (Test-Step -Id 'backup-archmon/bk-sql-archmon.3' -Title 'Verify the backup (RESTORE VERIFYONLY)' -RunOn '<DatabaseInstance>' -Account 'sql-admin') {
    Invoke-Shown -Command { sqlcmd '-S' '<DatabaseInstance>' '-E' '-b' '-x' '-Q' 'RESTORE VERIFYONLY FROM DISK = N''<DatabaseFile>'' WITH CHECKSUM, STATS = 5;' | Out-Host }
    Assert-ExitCode -Low 0 -High 0
}

# ---- Back up Persistent Chat
# Only if How is Persistent Chat backed up? The restore must use the same method. Export-CsPersistentChatData
# Only if for each <PoolFqdn> of persistent chat pools
if (Test-Step -Id 'backup-pchat/bk-pchat-export' -Title 'Export the Persistent Chat data' -RunOn '<ServerFqdn>' -Account 'chat-admin') {
    # Note: Never add -DisableExportedNodes; it disables the exported categories and rooms.
    # Note: The level is All by default, which exports everything.
    Invoke-Shown -Command { Save-Byte -Path '<BackupSet>\PersistentChat\<PoolFqdn>.zip' -Data @(Export-CsPersistentChatData -DBInstance '<PChatInstance>' -AsBytes) }
}

# ---- Back up Persistent Chat
# Only if How is Persistent Chat backed up? The restore must use the same method. a SQL Server backup of mgc
# Only if for each <DatabaseName> of persistent chat databases
if (Test-Step -Id 'backup-pchat/bk-pchat-sql.1' -Title 'Create the folder in the set' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { New-Item -ItemType 'Directory' -Path '<DatabaseFolder>' -Force -Confirm:$false | Out-Host }
}

# ---- Back up Persistent Chat
# Only if How is Persistent Chat backed up? The restore must use the same method. a SQL Server backup of mgc
# Only if for each <DatabaseName> of persistent chat databases
if (Test-Step -Id 'backup-pchat/bk-pchat-sql.2' -Title 'Back up the database' -RunOn '<DatabaseInstance>' -Account 'sql-admin' -Look 'on <DatabaseInstance> run: sqlcmd ''-S'' ''<DatabaseInstance>'' ''-E'' ''-b'' ''-x'' ''-Q'' ''SELECT TOP (1) s.backup_set_id AS BackupId, f.physical_device_name AS BackedUpTo, s.backup_finish_date AS BackupFinishDate FROM msdb.dbo.backupset AS s LEFT JOIN msdb.dbo.backupmediafamily AS f ON f.media_set_id = s.media_set_id WHERE s.database_name = N''''<DatabaseName>'''' AND f.physical_device_name = N''''<DatabaseFile>'''' ORDER BY s.backup_set_id DESC;'' | Out-Host; if it shows every object: BackupId is above what it was just before this step, the step has had its effect') {
    # Note: A SQL backup needs much more room than the export, possibly twenty times as much.
    Invoke-Shown -Command { sqlcmd '-S' '<DatabaseInstance>' '-E' '-b' '-x' '-Q' 'BACKUP DATABASE [<DatabaseName>] TO DISK = N''<DatabaseFile>'' WITH COPY_ONLY, CHECKSUM, STATS = 5;' | Out-Host }
    Assert-ExitCode -Low 0 -High 0
    Invoke-Shown -Command { sqlcmd '-S' '<DatabaseInstance>' '-E' '-b' '-x' '-Q' 'SELECT TOP (1) s.backup_set_id AS BackupId, f.physical_device_name AS BackedUpTo, s.backup_finish_date AS BackupFinishDate FROM msdb.dbo.backupset AS s LEFT JOIN msdb.dbo.backupmediafamily AS f ON f.media_set_id = s.media_set_id WHERE s.database_name = N''<DatabaseName>'' AND f.physical_device_name = N''<DatabaseFile>'' ORDER BY s.backup_set_id DESC;' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: BackupId is above what it was just before this step?'
}

# ---- Back up Persistent Chat
# Only if How is Persistent Chat backed up? The restore must use the same method. a SQL Server backup of mgc
# Only if for each <DatabaseName> of persistent chat databases
if (Test-Step -Id 'backup-pchat/bk-pchat-sql.3' -Title 'Verify the backup (RESTORE VERIFYONLY)' -RunOn '<DatabaseInstance>' -Account 'sql-admin') {
    Invoke-Shown -Command { sqlcmd '-S' '<DatabaseInstance>' '-E' '-b' '-x' '-Q' 'RESTORE VERIFYONLY FROM DISK = N''<DatabaseFile>'' WITH CHECKSUM, STATS = 5;' | Out-Host }
    Assert-ExitCode -Low 0 -High 0
}

# ---- Back up the file stores
if (Test-Step -Id 'backup-filestore/bk-fs-find' -Title 'Find the file stores' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    # Note: Compare what is listed with the row "Lync Server File Store" of the worksheets.
    Invoke-Shown -Command { Save-Text -Path '<BackupSet>\Settings\file-stores.txt' -Data @(Get-CsService -FileStore) }
}

# ---- Back up the file stores
# Only if the file store lies on a server of the pool
# Only if for each <PoolFqdn> of file store pools
if (Test-Step -Id 'backup-filestore/bk-fs-copy.1' -Title 'Copy the file store that lies on the server itself' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    # Note: Meeting.Active is never copied; a running meeting keeps it open and locked.
    # Note: The restore needs exactly the same path and share name.
    Invoke-Shown -Command { robocopy '<FileStoreLocalPath>' '<BackupSet>\FileStore\<FileStoreServerFqdn>_<ShareName>' '/E' '/COPY:DATSO' '/DCOPY:T' '/R:2' '/W:5' '/XF' 'Meeting.Active' | Out-Host }
    Assert-ExitCode -Low 0 -High 7
}

# ---- Back up the file stores
# Only if not: the file store lies on a server of the pool
# Only if for each <PoolFqdn> of file store pools
if (Test-Step -Id 'backup-filestore/bk-fs-copy.2' -Title 'Copy the file store from its file server' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { robocopy '<FileStoreShare>' '<BackupSet>\FileStore\<FileStoreServerFqdn>_<ShareName>' '/E' '/COPY:DATSO' '/DCOPY:T' '/R:2' '/W:5' '/XF' 'Meeting.Active' | Out-Host }
    Assert-ExitCode -Low 0 -High 7
}

# ---- Save what no export contains
# Only if Call Park or Group Call Pickup is deployed
# Only if for each <PoolFqdn> of front end pools
if (Test-Step -Id 'backup-apart/bk-audio-cps' -Title 'Copy the music on hold of Call Park' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { robocopy '<FileStoreShare>\<AppServerServiceId>\AppServerFiles\CPS' '<BackupSet>\Audio\CPS\<PoolFqdn>' '/E' '/COPY:DATSO' '/DCOPY:T' '/R:2' '/W:5' | Out-Host }
    Assert-ExitCode -Low 0 -High 7
}

# ---- Save what no export contains
# Only if Call Park or Group Call Pickup is deployed
# Only if for each <PoolFqdn> of front end pools
if (Test-Step -Id 'backup-apart/bk-cps-settings' -Title 'Record the Call Park settings' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    # Note: Call Park settings cannot be saved; they are entered again manually.
    Invoke-Shown -Command { Save-Text -Path '<BackupSet>\Settings\call-park_<PoolFqdn>.txt' -Data @(Get-CsCpsConfiguration) }
}

# ---- Save what no export contains
# Only if announcements for unassigned numbers are in use
# Only if for each <PoolFqdn> of front end pools
if (Test-Step -Id 'backup-apart/bk-audio-announce' -Title 'Copy the audio of announcements' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { robocopy '<FileStoreShare>\<AppServerServiceId>\AppServerFiles\RGS\AS' '<BackupSet>\Audio\AS\<PoolFqdn>' '/E' '/COPY:DATSO' '/DCOPY:T' '/R:2' '/W:5' | Out-Host }
    Assert-ExitCode -Low 0 -High 7
}

# ---- Save what no export contains
# Only if announcements for unassigned numbers are in use
# Only if for each <PoolFqdn> of front end pools
if (Test-Step -Id 'backup-apart/bk-announcements.1' -Title 'Announcements' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { Save-Text -Path '<BackupSet>\Settings\announcements_<PoolFqdn>.txt' -Data @(Get-CsAnnouncement) }
}

# ---- Save what no export contains
# Only if announcements for unassigned numbers are in use
# Only if for each <PoolFqdn> of front end pools
if (Test-Step -Id 'backup-apart/bk-announcements.2' -Title 'Unassigned numbers' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { Save-Text -Path '<BackupSet>\Settings\unassigned-numbers_<PoolFqdn>.txt' -Data @(Get-CsUnassignedNumber) }
}

# ---- Save what no export contains
# Only if for each <RgsPoolFqdn> of response group pools
if (Test-Step -Id 'backup-apart/bk-rgs-settings' -Title 'Record the Response Group application settings' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    # Note: An import restores them only with -ReplaceExistingRgsSettings.
    Invoke-Shown -Command { Save-Text -Path '<BackupSet>\Settings\response-group_<PoolFqdn>.txt' -Data @(Get-CsRgsConfiguration -Identity '<RgsServiceId>') }
}

# ---- Save what no export contains
# Only if for each <ServerFqdn> of lync servers
if (Test-Step -Id 'backup-apart/bk-schannel' -Title 'Save the Schannel values of the registry' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    # Note: A new installation of Windows has none of the values that were set manually or by policy.
    Invoke-Shown -Command { reg 'export' 'HKLM\SYSTEM\CurrentControlSet\Control\SecurityProviders\SCHANNEL' '<BackupSet>\Settings\Schannel\<ServerFqdn>.reg' }
    Assert-ExitCode -Low 0 -High 0
}

# ---- Save what no export contains
# Only if for each <ServerFqdn> of edge servers
if (Test-Step -Id 'backup-apart/bk-schannel-edge' -Title 'Save the Schannel values of the Edge Servers' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    # Note: An Edge Server is in no domain; it is asked as the local administrator that connections.yaml names for it.
    # Note: From an exported script it may not reach the backup share; save the file on its own disk then, and carry it over.
    Invoke-Shown -Command { reg 'export' 'HKLM\SYSTEM\CurrentControlSet\Control\SecurityProviders\SCHANNEL' '<BackupSet>\Settings\Schannel\<ServerFqdn>.reg' }
    Assert-ExitCode -Low 0 -High 0
}

# ---- Save what no export contains
# Only if the file store is reached through a DFS namespace of the domain
# Only if for each <ServerFqdn> of lync servers
if (Test-Step -Id 'backup-apart/bk-dfs-loopback' -Title 'Save EnableDfsLoopbackTargets' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    # Note: Exit code 1 means that the key is not there; nothing is saved then.
    Invoke-Shown -Command { reg 'export' 'HKLM\SYSTEM\CurrentControlSet\Services\Mup\Parameters' '<BackupSet>\Settings\DfsLoopback\<ServerFqdn>.reg' }
    Assert-ExitCode -Low 0 -High 1
}

Write-Host 'Afterwards: Back up Active Directory, the certification authority and everything else that the additional requirements name, in the same window.'
Write-Host 'Afterwards: Verify the set with `lync-wizard backup verify`.'
Complete-Record
} catch {
    Show-Failure -Failure $_
    $script:Ended = $true
    exit 1
} finally {
    Close-Record
}
exit 0
