# Restore Archiving and Monitoring data (restore-archmon)
# After: Restoring Archiving or Monitoring databases in Lync Server 2013
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

function Read-Value([string] $Question) {
    $values = @()
    while ($true) {
        $line = Read-Answer -Question ('{0}: one value a line, an empty line ends' -f $Question)
        if ($line -eq '' -and $values.Count -gt 0) { return ,$values }
        if ($line -ne '') { $values += $line }
    }
}

function Join-Move([string[]] $Name, [string[]] $File) {
    if ($Name.Count -ne $File.Count) { throw 'Give one path for each logical name, in the same order.' }
    $moves = for ($i = 0; $i -lt $Name.Count; $i++) {
        ', MOVE N''{0}'' TO N''{1}''' -f $Name[$i].Replace('''', ''''''), $File[$i].Replace('''', '''''')
    }
    return $moves -join ''
}

$script:Plan = 'restore-archmon'
$script:Steps = @(
    'ma-recreate',
    'ma-device',
    'ma-options',
    'ma-acl',
    'restore-pchat/pc-recreate',
    'restore-pchat/pc-stop.1',
    'restore-pchat/pc-stop.2',
    'restore-pchat/pc-sql.1',
    'restore-pchat/pc-sql.2',
    'restore-pchat/pc-sql.3',
    'restore-pchat/pc-save.1',
    'restore-pchat/pc-save.2',
    'restore-pchat/pc-import.1',
    'restore-pchat/pc-import.2',
    'restore-pchat/pc-import.3',
    'restore-pchat/pc-import.4',
    'restore-pchat/pc-start.1',
    'restore-pchat/pc-start.2',
    'restore-pchat/pc-start.3',
    'restore-pchat/pc-start.4',
    'ma-reports',
    'ma-accept.1.1',
    'ma-accept.1.2',
    'ma-accept.1.3',
    'ma-accept.1.4',
    'ma-accept.1.5',
    'ma-accept.1.6',
    'ma-accept.2',
    'ma-accept.2.1',
    'ma-accept.2.2',
    'ma-accept.2.3',
    'ma-accept.2.4',
    'ma-accept.2.5',
    'ma-accept.2.6'
)

# Replace each of these everywhere in this file (editor, Replace All); double any apostrophe.
$values = @(
    '<ServerFqdn>',
    '<DatabaseServerFqdn>',
    '<DatabaseInstance>',
    '<DatabaseFile>',
    '<DatabaseName>',
    '<DOMAIN>',
    '<PChatSqlFqdn>',
    '<PChatSqlInstance>',
    '<PChatMemberFqdn>',
    '<local backup folder>',
    '<PChatInstance>',
    '<BackupSetName>',
    '<BackupSet:PersistentChat>',
    '<Run:local-folder>',
    '<BackupSet:PersistentChat:name>',
    '<TriedServerFqdn>',
    '<TriedPoolFqdn>',
    '<TestUser1Sip>',
    '<TestUser2Sip>'
)
if ($values -match '^<.*>$') {
    throw ('Fill in first: {0}' -f (($values -match '^<.*>$') -join ', '))
}
# Decide first: Do the archiving and monitoring databases exist on their SQL server? no, the server or a database was lost / yes, or they have been re-created already
# Decide first: How are the archiving and monitoring databases re-created? Install-CsDatabase / Topology Builder, Install Database
# Decide first: Is the Persistent Chat database (mgc) restored in the same run? no, it is intact / yes, by the method it was backed up with
# Decide first: Were SQL Server Reporting Services or their database lost? no, or there are no Monitoring Reports / yes
# Decide first: Does the database mgc exist on its SQL server? no, the server or the database was lost / yes, or it has been re-created already
# Decide first: How is the Persistent Chat database re-created? Install-CsDatabase / Topology Builder, Install Database
# Decide first: With whom is the pool tried at the end? a person signs in and tries / the test accounts of Get-CsHealthMonitoringConfiguration

try {
Open-Record

# ---- Re-create the databases
# Only if Do the archiving and monitoring databases exist on their SQL server? no, the server or a database was lost
# Only if not: archiving or monitoring data lie on the Back End Server
# Only if How are the archiving and monitoring databases re-created? Install-CsDatabase
# Only if for each <DatabaseServerFqdn> of archiving and monitoring servers
if (Test-Step -Id 'ma-recreate' -Title 'Re-create the databases' -RunOn '<ServerFqdn>' -Account 'lync-admin' -Look 'on <ServerFqdn> run: Test-CsDatabase -ConfiguredDatabases -SqlServerFqdn ''<DatabaseServerFqdn>'' | Format-List -Property ''*'' | Out-Host; if it shows every object: Succeed is True, the step has had its effect') {
    # Note: A database that exists is left as it is; without -Clean nothing is deleted.
    # Note: The server that runs the command needs the CU version of the other servers; otherwise the databases get the wrong version.
    Invoke-Shown -Command { Install-CsDatabase -ConfiguredDatabases -SqlServerFqdn '<DatabaseServerFqdn>' -Verbose -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Test-CsDatabase -ConfiguredDatabases -SqlServerFqdn '<DatabaseServerFqdn>' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Succeed is True?'
}

# ---- Re-create the databases
# Only if Do the archiving and monitoring databases exist on their SQL server? no, the server or a database was lost
# Only if not: archiving or monitoring data lie on the Back End Server
# Only if How are the archiving and monitoring databases re-created? Topology Builder, Install Database
# Only if for each <DatabaseServerFqdn> of archiving and monitoring servers
if (Test-Step -Id 'ma-recreate' -Title 'Re-create the databases' -RunOn '<ServerFqdn>' -Account 'lync-admin' -Look 'on <ServerFqdn> run: Test-CsDatabase -ConfiguredDatabases -SqlServerFqdn ''<DatabaseServerFqdn>'' | Format-List -Property ''*'' | Out-Host; if it shows every object: Succeed is True, the step has had its effect') {
    # Note: A database that exists is left as it is; without -Clean nothing is deleted.
    # Note: The server that runs the command needs the CU version of the other servers; otherwise the databases get the wrong version.
    Write-Host 'Download the topology in Topology Builder. Right-click Lync Server 2013, Install Database; on the page Create databases tick the databases of <DatabaseServerFqdn>, go through the wizard, Finish. Publish nothing.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    Invoke-Shown -Command { Test-CsDatabase -ConfiguredDatabases -SqlServerFqdn '<DatabaseServerFqdn>' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Succeed is True?'
}

# ---- Verify the backup (RESTORE VERIFYONLY)
# Only if for each <DatabaseName> of archiving and monitoring databases
if (Test-Step -Id 'ma-device' -Title 'Verify the backup (RESTORE VERIFYONLY)' -RunOn '<DatabaseInstance>' -Account 'sql-admin') {
    # Note: A backup that was made without checksums is refused here; restore it manually, without CHECKSUM.
    Invoke-Shown -Command { sqlcmd '-S' '<DatabaseInstance>' '-E' '-b' '-x' '-Q' 'RESTORE VERIFYONLY FROM DISK = N''<DatabaseFile>'' WITH CHECKSUM, STATS = 5;' | Out-Host }
    Assert-ExitCode -Low 0 -High 0
}

# ---- Restore the database
# Only if for each <DatabaseName> of archiving and monitoring databases
if (Test-Step -Id 'ma-options' -Title 'Restore the database' -RunOn '<DatabaseInstance>' -Account 'sql-admin' -Look 'on <DatabaseInstance> run: sqlcmd ''-S'' ''<DatabaseInstance>'' ''-E'' ''-b'' ''-x'' ''-Q'' ''SELECT TOP (1) d.state_desc AS State, d.user_access_desc AS UserAccess, h.restore_history_id AS RestoreId, f.physical_device_name AS RestoredFrom, s.backup_finish_date AS BackupFinishDate, s.backup_set_uuid AS BackupSetGuid FROM sys.databases AS d LEFT JOIN msdb.dbo.restorehistory AS h ON h.destination_database_name = N''''<DatabaseName>'''' AND h.restore_type = N''''D'''' LEFT JOIN msdb.dbo.backupset AS s ON s.backup_set_id = h.backup_set_id LEFT JOIN msdb.dbo.backupmediafamily AS f ON f.media_set_id = s.media_set_id WHERE d.name = N''''<DatabaseName>'''' ORDER BY h.restore_history_id DESC, f.family_sequence_number;'' | Out-Host; if it shows every object: State is ONLINE and UserAccess is MULTI_USER and RestoreId is above what it was just before this step and BackupSetGuid is one of the BackupSets that the step reads first, the step has had its effect' -Undo 'none; restore another backup of the same database') {
    # Note: The files are placed where those of the present database are; their logical names are read from the backup.
    # Note: The database is set back to MULTI_USER even when the restore fails.
    Invoke-Shown -Command { sqlcmd '-S' '<DatabaseInstance>' '-E' '-b' '-x' '-Q' 'EXEC master.dbo.xp_fileexist N''<DatabaseFile>'';' | Out-Host }
    Confirm-Check -Question 'Before: the SQL service account can access the backup file: does it show every object: File Exists is 1?'
    Confirm-Harm -Harm 'replaces everything in <DatabaseName> on <DatabaseInstance> with the backup and closes its connections' -Name '<DatabaseServerFqdn>'
    Invoke-Shown -Command { sqlcmd '-S' '<DatabaseInstance>' '-E' '-b' '-x' '-Q' 'RESTORE FILELISTONLY FROM DISK = N''<DatabaseFile>'';' | Out-Host }
    $Read_LogicalNames = Read-Value -Question 'LogicalName (from <DatabaseInstance>)'
    Invoke-Shown -Command { sqlcmd '-S' '<DatabaseInstance>' '-E' '-b' '-x' '-Q' 'SELECT name, physical_name, type_desc, file_id, size / 128 AS size_mb FROM sys.master_files WHERE database_id = DB_ID(N''<DatabaseName>'') ORDER BY file_id;' | Out-Host }
    $Read_Files = Read-Value -Question 'physical_name (from <DatabaseInstance>)'
    Invoke-Shown -Command { sqlcmd '-S' '<DatabaseInstance>' '-E' '-b' '-x' '-Q' 'RESTORE HEADERONLY FROM DISK = N''<DatabaseFile>'';' | Out-Host }
    $Read_BackupSets = Read-Value -Question 'BackupSetGUID (from <DatabaseInstance>)'
    Invoke-Shown -Command { sqlcmd '-S' '<DatabaseInstance>' '-E' '-b' '-x' '-Q' ('USE [master];
IF EXISTS (SELECT 1 FROM sys.databases WHERE name = N''<DatabaseName>'' AND state_desc = N''ONLINE'') ALTER DATABASE [<DatabaseName>] SET SINGLE_USER WITH ROLLBACK IMMEDIATE;
RESTORE DATABASE [<DatabaseName>] FROM DISK = N''<DatabaseFile>'' WITH REPLACE, RECOVERY, CHECKSUM, STATS = 5, MOVE N''<Read:LogicalNames>'' TO N''<Read:Files>'';
IF EXISTS (SELECT 1 FROM sys.databases WHERE name = N''<DatabaseName>'' AND state_desc = N''ONLINE'' AND user_access_desc <> N''MULTI_USER'') ALTER DATABASE [<DatabaseName>] SET MULTI_USER;'.Replace(', MOVE N''<Read:LogicalNames>'' TO N''<Read:Files>''', (Join-Move -Name $Read_LogicalNames -File $Read_Files))) | Out-Host }
    Assert-ExitCode -Low 0 -High 0
    Invoke-Shown -Command { sqlcmd '-S' '<DatabaseInstance>' '-E' '-b' '-x' '-Q' 'SELECT TOP (1) d.state_desc AS State, d.user_access_desc AS UserAccess, h.restore_history_id AS RestoreId, f.physical_device_name AS RestoredFrom, s.backup_finish_date AS BackupFinishDate, s.backup_set_uuid AS BackupSetGuid FROM sys.databases AS d LEFT JOIN msdb.dbo.restorehistory AS h ON h.destination_database_name = N''<DatabaseName>'' AND h.restore_type = N''D'' LEFT JOIN msdb.dbo.backupset AS s ON s.backup_set_id = h.backup_set_id LEFT JOIN msdb.dbo.backupmediafamily AS f ON f.media_set_id = s.media_set_id WHERE d.name = N''<DatabaseName>'' ORDER BY h.restore_history_id DESC, f.family_sequence_number;' | Out-Host }
    Confirm-Check -Question ('Verify: does it show every object: State is ONLINE and UserAccess is MULTI_USER and RestoreId is above what it was just before this step and BackupSetGuid is one of <Read:BackupSets>?'.Replace('<Read:BackupSets>', ($Read_BackupSets -join ', ')))
    # To undo: none; restore another backup of the same database
}

# ---- Grant RTCComponentUniversalServices access
# Only if for each <DatabaseName> of archiving and monitoring databases
if (Test-Step -Id 'ma-acl' -Title 'Grant RTCComponentUniversalServices access' -RunOn '<DatabaseInstance>' -Account 'sql-admin' -Look 'on <DatabaseInstance> run: sqlcmd ''-S'' ''<DatabaseInstance>'' ''-E'' ''-b'' ''-x'' ''-Q'' ''USE [<DatabaseName>];
SELECT SUSER_ID(N''''<DOMAIN>\RTCComponentUniversalServices'''') AS login_id, DATABASE_PRINCIPAL_ID(N''''<DOMAIN>\RTCComponentUniversalServices'''') AS user_id, CASE WHEN EXISTS (SELECT 1 FROM sys.database_role_members WHERE role_principal_id = DATABASE_PRINCIPAL_ID(N''''ServerRole'''') AND member_principal_id = DATABASE_PRINCIPAL_ID(N''''<DOMAIN>\RTCComponentUniversalServices'''')) THEN 1 ELSE 0 END AS in_role;
USE [master];'' | Out-Host; if it shows every object: login_id is not empty and in_role is 1, the step has had its effect') {
    # Note: Adds login, user and role membership only where they are missing.
    Invoke-Shown -Command { sqlcmd '-S' '<DatabaseInstance>' '-E' '-b' '-x' '-Q' 'USE [master];
IF SUSER_ID(N''<DOMAIN>\RTCComponentUniversalServices'') IS NULL CREATE LOGIN [<DOMAIN>\RTCComponentUniversalServices] FROM WINDOWS;
USE [<DatabaseName>];
IF DATABASE_PRINCIPAL_ID(N''<DOMAIN>\RTCComponentUniversalServices'') IS NULL CREATE USER [<DOMAIN>\RTCComponentUniversalServices] FOR LOGIN [<DOMAIN>\RTCComponentUniversalServices];
EXEC sp_addrolemember N''ServerRole'', N''<DOMAIN>\RTCComponentUniversalServices'';
USE [master];' | Out-Host }
    Assert-ExitCode -Low 0 -High 0
    Invoke-Shown -Command { sqlcmd '-S' '<DatabaseInstance>' '-E' '-b' '-x' '-Q' 'USE [<DatabaseName>];
SELECT SUSER_ID(N''<DOMAIN>\RTCComponentUniversalServices'') AS login_id, DATABASE_PRINCIPAL_ID(N''<DOMAIN>\RTCComponentUniversalServices'') AS user_id, CASE WHEN EXISTS (SELECT 1 FROM sys.database_role_members WHERE role_principal_id = DATABASE_PRINCIPAL_ID(N''ServerRole'') AND member_principal_id = DATABASE_PRINCIPAL_ID(N''<DOMAIN>\RTCComponentUniversalServices'')) THEN 1 ELSE 0 END AS in_role;
USE [master];' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: login_id is not empty and in_role is 1?'
}

# ---- Restore the Persistent Chat database
# Only if Is the Persistent Chat database (mgc) restored in the same run? yes, by the method it was backed up with
# Only if Does the database mgc exist on its SQL server? no, the server or the database was lost
# Only if not: the Persistent Chat database lies on a server of the pool or Back End
# Only if How is the Persistent Chat database re-created? Install-CsDatabase
if (Test-Step -Id 'restore-pchat/pc-recreate' -Title 'Re-create the Persistent Chat database' -RunOn '<ServerFqdn>' -Account 'lync-admin' -Look 'on <ServerFqdn> run: Test-CsDatabase -DatabaseType ''PersistentChat'' -SqlServerFqdn ''<PChatSqlFqdn>'' -SqlInstanceName ''<PChatSqlInstance>'' | Format-List -Property ''*'' | Out-Host; if it shows every object: Succeed is True, the step has had its effect') {
    # Note: A database that exists is left as it is; without -Clean nothing is deleted.
    # Note: The server that runs the command needs the CU version of the other servers; otherwise the database gets the wrong version.
    Invoke-Shown -Command { Install-CsDatabase -ConfiguredDatabases -SqlServerFqdn '<PChatSqlFqdn>' -Verbose -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Test-CsDatabase -DatabaseType 'PersistentChat' -SqlServerFqdn '<PChatSqlFqdn>' -SqlInstanceName '<PChatSqlInstance>' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Succeed is True?'
}

# ---- Restore the Persistent Chat database
# Only if Is the Persistent Chat database (mgc) restored in the same run? yes, by the method it was backed up with
# Only if Does the database mgc exist on its SQL server? no, the server or the database was lost
# Only if not: the Persistent Chat database lies on a server of the pool or Back End
# Only if How is the Persistent Chat database re-created? Topology Builder, Install Database
if (Test-Step -Id 'restore-pchat/pc-recreate' -Title 'Re-create the Persistent Chat database' -RunOn '<ServerFqdn>' -Account 'lync-admin' -Look 'on <ServerFqdn> run: Test-CsDatabase -DatabaseType ''PersistentChat'' -SqlServerFqdn ''<PChatSqlFqdn>'' -SqlInstanceName ''<PChatSqlInstance>'' | Format-List -Property ''*'' | Out-Host; if it shows every object: Succeed is True, the step has had its effect') {
    # Note: A database that exists is left as it is; without -Clean nothing is deleted.
    # Note: The server that runs the command needs the CU version of the other servers; otherwise the database gets the wrong version.
    Write-Host 'Download the topology in Topology Builder. Right-click Lync Server 2013, Install Database; on the page Create databases tick the Persistent Chat database of <PChatSqlFqdn>, go through the wizard, Finish. Publish nothing.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    Invoke-Shown -Command { Test-CsDatabase -DatabaseType 'PersistentChat' -SqlServerFqdn '<PChatSqlFqdn>' -SqlInstanceName '<PChatSqlInstance>' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Succeed is True?'
}

# ---- Restore the Persistent Chat database
# Only if Is the Persistent Chat database (mgc) restored in the same run? yes, by the method it was backed up with
# Only if not: Persistent Chat runs on the servers of the pool itself
# Only if for each <PChatMemberFqdn> of persistent chat servers
if (Test-Step -Id 'restore-pchat/pc-stop.1' -Title 'Stop the services of the Persistent Chat Server' -RunOn '<ServerFqdn>' -Account 'lync-admin' -Look 'on <ServerFqdn> run: Get-CsWindowsService -ComputerName ''<PChatMemberFqdn>'' | Format-List -Property ''*'' | Out-Host; if it shows every object: Status is Stopped (within 5 min), the step has had its effect' -Undo 'Start-CsWindowsService -ComputerName <PChatMemberFqdn>') {
    Confirm-Harm -Harm 'stops Persistent Chat on <PChatMemberFqdn>; its rooms are unavailable until it is started again' -Name '<PChatMemberFqdn>'
    Invoke-Shown -Command { Stop-CsWindowsService -ComputerName '<PChatMemberFqdn>' -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-CsWindowsService -ComputerName '<PChatMemberFqdn>' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Status is Stopped (within 5 min)?'
    # To undo: Start-CsWindowsService -ComputerName <PChatMemberFqdn>
}

# ---- Restore the Persistent Chat database
# Only if Is the Persistent Chat database (mgc) restored in the same run? yes, by the method it was backed up with
# Only if Persistent Chat runs on the servers of the pool itself
if (Test-Step -Id 'restore-pchat/pc-stop.2' -Title 'Stop the Persistent Chat service only' -RunOn '<ServerFqdn>' -Account 'lync-admin' -Look 'on <ServerFqdn> run: Get-CsWindowsService | Where-Object -Property ''DisplayName'' -Value ''*Persistent Chat*'' -Like | Format-List -Property ''*'' | Out-Host; if it shows every object: Status is Stopped (within 5 min), the step has had its effect' -Undo 'start the same services') {
    # Note: The other services of the server keep running; only Persistent Chat is interrupted.
    Confirm-Harm -Harm 'stops Persistent Chat on <ServerFqdn>; its rooms are unavailable until it is started again' -Name '<ServerFqdn>'
    Invoke-Shown -Command { Get-CsWindowsService | Where-Object -Property 'DisplayName' -Value '*Persistent Chat*' -Like | Stop-CsWindowsService -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-CsWindowsService | Where-Object -Property 'DisplayName' -Value '*Persistent Chat*' -Like | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Status is Stopped (within 5 min)?'
    # To undo: start the same services
}

# ---- Restore the Persistent Chat database
# Only if Is the Persistent Chat database (mgc) restored in the same run? yes, by the method it was backed up with
# Only if the set holds a SQL backup of the Persistent Chat database
# Only if for each <DatabaseName> of persistent chat databases
if (Test-Step -Id 'restore-pchat/pc-sql.1' -Title 'Verify the backup (RESTORE VERIFYONLY)' -RunOn '<DatabaseInstance>' -Account 'sql-admin') {
    # Note: A backup that was made without checksums is refused here; restore it manually, without CHECKSUM.
    Invoke-Shown -Command { sqlcmd '-S' '<DatabaseInstance>' '-E' '-b' '-x' '-Q' 'RESTORE VERIFYONLY FROM DISK = N''<DatabaseFile>'' WITH CHECKSUM, STATS = 5;' | Out-Host }
    Assert-ExitCode -Low 0 -High 0
}

# ---- Restore the Persistent Chat database
# Only if Is the Persistent Chat database (mgc) restored in the same run? yes, by the method it was backed up with
# Only if the set holds a SQL backup of the Persistent Chat database
# Only if for each <DatabaseName> of persistent chat databases
if (Test-Step -Id 'restore-pchat/pc-sql.2' -Title 'Restore the database' -RunOn '<DatabaseInstance>' -Account 'sql-admin' -Look 'on <DatabaseInstance> run: sqlcmd ''-S'' ''<DatabaseInstance>'' ''-E'' ''-b'' ''-x'' ''-Q'' ''SELECT TOP (1) d.state_desc AS State, d.user_access_desc AS UserAccess, h.restore_history_id AS RestoreId, f.physical_device_name AS RestoredFrom, s.backup_finish_date AS BackupFinishDate, s.backup_set_uuid AS BackupSetGuid FROM sys.databases AS d LEFT JOIN msdb.dbo.restorehistory AS h ON h.destination_database_name = N''''<DatabaseName>'''' AND h.restore_type = N''''D'''' LEFT JOIN msdb.dbo.backupset AS s ON s.backup_set_id = h.backup_set_id LEFT JOIN msdb.dbo.backupmediafamily AS f ON f.media_set_id = s.media_set_id WHERE d.name = N''''<DatabaseName>'''' ORDER BY h.restore_history_id DESC, f.family_sequence_number;'' | Out-Host; if it shows every object: State is ONLINE and UserAccess is MULTI_USER and RestoreId is above what it was just before this step and BackupSetGuid is one of the BackupSets that the step reads first, the step has had its effect' -Undo 'none; restore another backup of the same database') {
    # Note: The files are placed where those of the present database are; their logical names are read from the backup.
    # Note: The database is set back to MULTI_USER even when the restore fails.
    Invoke-Shown -Command { sqlcmd '-S' '<DatabaseInstance>' '-E' '-b' '-x' '-Q' 'EXEC master.dbo.xp_fileexist N''<DatabaseFile>'';' | Out-Host }
    Confirm-Check -Question 'Before: the SQL service account can access the backup file: does it show every object: File Exists is 1?'
    Invoke-Shown -Command { sqlcmd '-S' '<DatabaseInstance>' '-E' '-b' '-x' '-Q' 'SELECT spid, loginame, hostname, program_name FROM sys.sysprocesses WHERE dbid = DB_ID(N''<DatabaseName>'') ORDER BY spid;' | Out-Host }
    Confirm-Check -Question 'Before: no Persistent Chat service is connected to the database: does it show the number of objects is 0?'
    Confirm-Harm -Harm 'replaces everything in <DatabaseName> on <DatabaseInstance> with the backup and closes its connections' -Name '<DatabaseServerFqdn>'
    Invoke-Shown -Command { sqlcmd '-S' '<DatabaseInstance>' '-E' '-b' '-x' '-Q' 'RESTORE FILELISTONLY FROM DISK = N''<DatabaseFile>'';' | Out-Host }
    $Read_LogicalNames = Read-Value -Question 'LogicalName (from <DatabaseInstance>)'
    Invoke-Shown -Command { sqlcmd '-S' '<DatabaseInstance>' '-E' '-b' '-x' '-Q' 'SELECT name, physical_name, type_desc, file_id, size / 128 AS size_mb FROM sys.master_files WHERE database_id = DB_ID(N''<DatabaseName>'') ORDER BY file_id;' | Out-Host }
    $Read_Files = Read-Value -Question 'physical_name (from <DatabaseInstance>)'
    Invoke-Shown -Command { sqlcmd '-S' '<DatabaseInstance>' '-E' '-b' '-x' '-Q' 'RESTORE HEADERONLY FROM DISK = N''<DatabaseFile>'';' | Out-Host }
    $Read_BackupSets = Read-Value -Question 'BackupSetGUID (from <DatabaseInstance>)'
    Invoke-Shown -Command { sqlcmd '-S' '<DatabaseInstance>' '-E' '-b' '-x' '-Q' ('USE [master];
IF EXISTS (SELECT 1 FROM sys.databases WHERE name = N''<DatabaseName>'' AND state_desc = N''ONLINE'') ALTER DATABASE [<DatabaseName>] SET SINGLE_USER WITH ROLLBACK IMMEDIATE;
RESTORE DATABASE [<DatabaseName>] FROM DISK = N''<DatabaseFile>'' WITH REPLACE, RECOVERY, CHECKSUM, STATS = 5, MOVE N''<Read:LogicalNames>'' TO N''<Read:Files>'';
IF EXISTS (SELECT 1 FROM sys.databases WHERE name = N''<DatabaseName>'' AND state_desc = N''ONLINE'' AND user_access_desc <> N''MULTI_USER'') ALTER DATABASE [<DatabaseName>] SET MULTI_USER;'.Replace(', MOVE N''<Read:LogicalNames>'' TO N''<Read:Files>''', (Join-Move -Name $Read_LogicalNames -File $Read_Files))) | Out-Host }
    Assert-ExitCode -Low 0 -High 0
    Invoke-Shown -Command { sqlcmd '-S' '<DatabaseInstance>' '-E' '-b' '-x' '-Q' 'SELECT TOP (1) d.state_desc AS State, d.user_access_desc AS UserAccess, h.restore_history_id AS RestoreId, f.physical_device_name AS RestoredFrom, s.backup_finish_date AS BackupFinishDate, s.backup_set_uuid AS BackupSetGuid FROM sys.databases AS d LEFT JOIN msdb.dbo.restorehistory AS h ON h.destination_database_name = N''<DatabaseName>'' AND h.restore_type = N''D'' LEFT JOIN msdb.dbo.backupset AS s ON s.backup_set_id = h.backup_set_id LEFT JOIN msdb.dbo.backupmediafamily AS f ON f.media_set_id = s.media_set_id WHERE d.name = N''<DatabaseName>'' ORDER BY h.restore_history_id DESC, f.family_sequence_number;' | Out-Host }
    Confirm-Check -Question ('Verify: does it show every object: State is ONLINE and UserAccess is MULTI_USER and RestoreId is above what it was just before this step and BackupSetGuid is one of <Read:BackupSets>?'.Replace('<Read:BackupSets>', ($Read_BackupSets -join ', ')))
    # To undo: none; restore another backup of the same database
}

# ---- Restore the Persistent Chat database
# Only if Is the Persistent Chat database (mgc) restored in the same run? yes, by the method it was backed up with
# Only if the set holds a SQL backup of the Persistent Chat database
# Only if for each <DatabaseName> of persistent chat databases
if (Test-Step -Id 'restore-pchat/pc-sql.3' -Title 'Grant RTCComponentUniversalServices access' -RunOn '<DatabaseInstance>' -Account 'sql-admin' -Look 'on <DatabaseInstance> run: sqlcmd ''-S'' ''<DatabaseInstance>'' ''-E'' ''-b'' ''-x'' ''-Q'' ''USE [<DatabaseName>];
SELECT SUSER_ID(N''''<DOMAIN>\RTCComponentUniversalServices'''') AS login_id, DATABASE_PRINCIPAL_ID(N''''<DOMAIN>\RTCComponentUniversalServices'''') AS user_id, CASE WHEN EXISTS (SELECT 1 FROM sys.database_role_members WHERE role_principal_id = DATABASE_PRINCIPAL_ID(N''''ServerRole'''') AND member_principal_id = DATABASE_PRINCIPAL_ID(N''''<DOMAIN>\RTCComponentUniversalServices'''')) THEN 1 ELSE 0 END AS in_role;
USE [master];'' | Out-Host; if it shows every object: login_id is not empty and in_role is 1, the step has had its effect') {
    Invoke-Shown -Command { sqlcmd '-S' '<DatabaseInstance>' '-E' '-b' '-x' '-Q' 'USE [master];
IF SUSER_ID(N''<DOMAIN>\RTCComponentUniversalServices'') IS NULL CREATE LOGIN [<DOMAIN>\RTCComponentUniversalServices] FROM WINDOWS;
USE [<DatabaseName>];
IF DATABASE_PRINCIPAL_ID(N''<DOMAIN>\RTCComponentUniversalServices'') IS NULL CREATE USER [<DOMAIN>\RTCComponentUniversalServices] FOR LOGIN [<DOMAIN>\RTCComponentUniversalServices];
EXEC sp_addrolemember N''ServerRole'', N''<DOMAIN>\RTCComponentUniversalServices'';
USE [master];' | Out-Host }
    Assert-ExitCode -Low 0 -High 0
    Invoke-Shown -Command { sqlcmd '-S' '<DatabaseInstance>' '-E' '-b' '-x' '-Q' 'USE [<DatabaseName>];
SELECT SUSER_ID(N''<DOMAIN>\RTCComponentUniversalServices'') AS login_id, DATABASE_PRINCIPAL_ID(N''<DOMAIN>\RTCComponentUniversalServices'') AS user_id, CASE WHEN EXISTS (SELECT 1 FROM sys.database_role_members WHERE role_principal_id = DATABASE_PRINCIPAL_ID(N''ServerRole'') AND member_principal_id = DATABASE_PRINCIPAL_ID(N''<DOMAIN>\RTCComponentUniversalServices'')) THEN 1 ELSE 0 END AS in_role;
USE [master];' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: login_id is not empty and in_role is 1?'
}

# ---- Restore the Persistent Chat database
# Only if Is the Persistent Chat database (mgc) restored in the same run? yes, by the method it was backed up with
# Only if the set holds an export of Persistent Chat, and no SQL backup of its database
if (Test-Step -Id 'restore-pchat/pc-save.1' -Title 'Create the folder for this backup' -RunOn '<PChatSqlFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { New-Item -ItemType 'Directory' -Path '<local backup folder>' -Force -Confirm:$false | Out-Host }
}

# ---- Restore the Persistent Chat database
# Only if Is the Persistent Chat database (mgc) restored in the same run? yes, by the method it was backed up with
# Only if the set holds an export of Persistent Chat, and no SQL backup of its database
if (Test-Step -Id 'restore-pchat/pc-save.2' -Title 'Back up the present database' -RunOn '<PChatInstance>' -Account 'sql-admin' -Look 'on <PChatInstance> run: sqlcmd ''-S'' ''<PChatInstance>'' ''-E'' ''-b'' ''-x'' ''-Q'' ''SELECT TOP (1) s.backup_set_id AS BackupId, f.physical_device_name AS BackedUpTo, s.backup_finish_date AS BackupFinishDate FROM msdb.dbo.backupset AS s LEFT JOIN msdb.dbo.backupmediafamily AS f ON f.media_set_id = s.media_set_id WHERE s.database_name = N''''mgc'''' AND f.physical_device_name = N''''<local backup folder>\mgc_before_import_<BackupSetName>.bak'''' ORDER BY s.backup_set_id DESC;'' | Out-Host; if it shows every object: BackupId is above what it was just before this step, the step has had its effect') {
    # Note: The import adds to what exists and cannot be undone; only this file restores the present state.
    # Note: If the file exists already from an earlier attempt, keep it and skip this step; it holds the older state.
    Invoke-Shown -Command { sqlcmd '-S' '<PChatInstance>' '-E' '-b' '-x' '-Q' 'BACKUP DATABASE [mgc] TO DISK = N''<local backup folder>\mgc_before_import_<BackupSetName>.bak'' WITH COPY_ONLY, CHECKSUM, STATS = 5;' | Out-Host }
    Assert-ExitCode -Low 0 -High 0
    Invoke-Shown -Command { sqlcmd '-S' '<PChatInstance>' '-E' '-b' '-x' '-Q' 'SELECT TOP (1) s.backup_set_id AS BackupId, f.physical_device_name AS BackedUpTo, s.backup_finish_date AS BackupFinishDate FROM msdb.dbo.backupset AS s LEFT JOIN msdb.dbo.backupmediafamily AS f ON f.media_set_id = s.media_set_id WHERE s.database_name = N''mgc'' AND f.physical_device_name = N''<local backup folder>\mgc_before_import_<BackupSetName>.bak'' ORDER BY s.backup_set_id DESC;' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: BackupId is above what it was just before this step?'
}

# ---- Restore the Persistent Chat database
# Only if Is the Persistent Chat database (mgc) restored in the same run? yes, by the method it was backed up with
# Only if the set holds an export of Persistent Chat, and no SQL backup of its database
if (Test-Step -Id 'restore-pchat/pc-import.1' -Title 'Create the folder for the reports' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { New-Item -ItemType 'Directory' -Path 'C:\Logs' -Force -Confirm:$false | Out-Host }
}

# ---- Restore the Persistent Chat database
# Only if Is the Persistent Chat database (mgc) restored in the same run? yes, by the method it was backed up with
# Only if the set holds an export of Persistent Chat, and no SQL backup of its database
if (Test-Step -Id 'restore-pchat/pc-import.2' -Title 'Copy the export to the server and check it' -RunOn '<ServerFqdn>' -Account 'lync-admin' -Look 'on <ServerFqdn> run: certutil ''-hashfile'' ''<Run:local-folder>\PersistentChat\<BackupSet:PersistentChat:name>'' ''SHA256'' | Out-Host; if it shows at least one object: the value contains <BackupSet:PersistentChat:sha256>, the step has had its effect') {
    Invoke-Shown -Command { New-Item -ItemType 'Directory' -Path '<Run:local-folder>\PersistentChat' -Force | Out-Host }
    Invoke-Shown -Command { Copy-Item -LiteralPath '<BackupSet:PersistentChat>' -Destination '<Run:local-folder>\PersistentChat\<BackupSet:PersistentChat:name>' | Out-Host }
    Invoke-Shown -Command { certutil '-hashfile' '<Run:local-folder>\PersistentChat\<BackupSet:PersistentChat:name>' 'SHA256' | Out-Host }
    Confirm-Check -Question 'Verify: does it show at least one object: the value contains <BackupSet:PersistentChat:sha256>?'
}

# ---- Restore the Persistent Chat database
# Only if Is the Persistent Chat database (mgc) restored in the same run? yes, by the method it was backed up with
# Only if the set holds an export of Persistent Chat, and no SQL backup of its database
if (Test-Step -Id 'restore-pchat/pc-import.3' -Title 'Test the import (-WhatIf)' -RunOn '<ServerFqdn>' -Account 'chat-admin' -Look 'on <ServerFqdn> run: Get-Item -LiteralPath ''C:\Logs\RehearsePersistentChat_<BackupSetName>.html'' | Format-List -Property ''*'' | Out-Host; if it shows every object: LastWriteTime is another than what it was just before this step and Length is not 0, the step has had its effect') {
    # Note: Nothing is written. Fix what it reports before the import.
    # Note: Its report is C:\Logs\RehearsePersistentChat_<BackupSetName>.html.
    Invoke-Shown -Command { Import-CsPersistentChatData -DBInstance '<PChatInstance>' -FileName '<Run:local-folder>\PersistentChat\<BackupSet:PersistentChat:name>' -Report 'C:\Logs\RehearsePersistentChat_<BackupSetName>.html' -WhatIf -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-Item -LiteralPath 'C:\Logs\RehearsePersistentChat_<BackupSetName>.html' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: LastWriteTime is another than what it was just before this step and Length is not 0?'
}

# ---- Restore the Persistent Chat database
# Only if Is the Persistent Chat database (mgc) restored in the same run? yes, by the method it was backed up with
# Only if the set holds an export of Persistent Chat, and no SQL backup of its database
if (Test-Step -Id 'restore-pchat/pc-import.4' -Title 'Import' -RunOn '<ServerFqdn>' -Account 'chat-admin' -Look 'on <ServerFqdn> run: Export-CsPersistentChatData -DBInstance ''<PChatInstance>'' -FileName ''<Run:local-folder>\PersistentChat\<BackupSet:PersistentChat:name>-again.zip''; Get-Item -LiteralPath @(''<Run:local-folder>\PersistentChat\<BackupSet:PersistentChat:name>-again.zip'', ''<Run:local-folder>\PersistentChat\<BackupSet:PersistentChat:name>'') | Out-Host; if it shows in the new export all that the imported one holds, the step has had its effect' -Undo 'restore mgc from the backup that was made before the import') {
    # Note: Read the report C:\Logs\ImportPersistentChat_<BackupSetName>.html.
    # Note: The database is exported before and after the import, to a new file that is deleted, and compared with the export of the set. What such a file holds is documented nowhere: its elements are compared one by one.
    # Note: An interrupted import may have added a part; then restore mgc from that backup before it is sent again.
    Write-Host 'On <PChatInstance> as sql-admin run: sqlcmd ''-S'' ''<PChatInstance>'' ''-E'' ''-b'' ''-x'' ''-Q'' ''SELECT spid, loginame, hostname, program_name FROM sys.sysprocesses WHERE dbid = DB_ID(N''''mgc'''') ORDER BY spid;'' | Out-Host'
    Confirm-Check -Question 'Before: no Persistent Chat service is connected to the database: does it show the number of objects is 0?'
    Confirm-Harm -Harm 'adds the exported rooms and messages to mgc on <PChatInstance>; it cannot be undone' -Name '<PChatSqlFqdn>'
    Invoke-Shown -Command { Import-CsPersistentChatData -DBInstance '<PChatInstance>' -FileName '<Run:local-folder>\PersistentChat\<BackupSet:PersistentChat:name>' -Report 'C:\Logs\ImportPersistentChat_<BackupSetName>.html' -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Export-CsPersistentChatData -DBInstance '<PChatInstance>' -FileName '<Run:local-folder>\PersistentChat\<BackupSet:PersistentChat:name>-again.zip'; Get-Item -LiteralPath @('<Run:local-folder>\PersistentChat\<BackupSet:PersistentChat:name>-again.zip', '<Run:local-folder>\PersistentChat\<BackupSet:PersistentChat:name>') | Out-Host }
    Confirm-Check -Question 'Verify: does it show in the new export all that the imported one holds?'
    # To undo: restore mgc from the backup that was made before the import
}

# ---- Restore the Persistent Chat database
# Only if Is the Persistent Chat database (mgc) restored in the same run? yes, by the method it was backed up with
# Only if not: Persistent Chat runs on the servers of the pool itself
# Only if for each <PChatMemberFqdn> of persistent chat servers
if (Test-Step -Id 'restore-pchat/pc-start.1' -Title 'Start the services of the Persistent Chat Server' -RunOn '<ServerFqdn>' -Account 'lync-admin' -Look 'on <ServerFqdn> run: Get-CsWindowsService -ComputerName ''<PChatMemberFqdn>'' | Format-List -Property ''*'' | Out-Host; if it shows every object: Status is Running (within 30 min), the step has had its effect') {
    Invoke-Shown -Command { Start-CsWindowsService -ComputerName '<PChatMemberFqdn>' -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-CsWindowsService -ComputerName '<PChatMemberFqdn>' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Status is Running (within 30 min)?'
}

# ---- Restore the Persistent Chat database
# Only if Is the Persistent Chat database (mgc) restored in the same run? yes, by the method it was backed up with
# Only if Persistent Chat runs on the servers of the pool itself
if (Test-Step -Id 'restore-pchat/pc-start.2' -Title 'Start the Persistent Chat service' -RunOn '<ServerFqdn>' -Account 'lync-admin' -Look 'on <ServerFqdn> run: Get-CsWindowsService | Where-Object -Property ''DisplayName'' -Value ''*Persistent Chat*'' -Like | Format-List -Property ''*'' | Out-Host; if it shows every object: Status is Running (within 30 min), the step has had its effect') {
    Invoke-Shown -Command { Get-CsWindowsService | Where-Object -Property 'DisplayName' -Value '*Persistent Chat*' -Like | Start-CsWindowsService -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-CsWindowsService | Where-Object -Property 'DisplayName' -Value '*Persistent Chat*' -Like | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Status is Running (within 30 min)?'
}

# ---- Restore the Persistent Chat database
# Only if Is the Persistent Chat database (mgc) restored in the same run? yes, by the method it was backed up with
if (Test-Step -Id 'restore-pchat/pc-start.3' -Title 'List the categories' -RunOn '<ServerFqdn>' -Account 'chat-admin') {
    Invoke-Shown -Command { Get-CsPersistentChatCategory | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show the number of objects is at least 1?'
}

# ---- Restore the Persistent Chat database
# Only if Is the Persistent Chat database (mgc) restored in the same run? yes, by the method it was backed up with
if (Test-Step -Id 'restore-pchat/pc-start.4' -Title 'List the rooms' -RunOn '<ServerFqdn>' -Account 'chat-admin') {
    # Note: Compare them with the list of the backup.
    Invoke-Shown -Command { Get-CsPersistentChatRoom | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show the number of objects is at least 1?'
}

# ---- Deploy the Monitoring Reports
# Only if Were SQL Server Reporting Services or their database lost? yes
if (Test-Step -Id 'ma-reports' -Title 'Deploy the Monitoring Reports' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    # Note: The reports are part of no backup here. Open their home page afterwards and look at one of them.
    Write-Host 'Install and configure Reporting Services under its old instance name. Then Deployment Wizard, Deploy Monitoring Reports, with monitoring database, Reporting Services instance, credentials and read-only group as recorded. With a mirrored monitoring store add the partner to both data sources.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
}

# ---- Try the pool as a user
# Only if a pool that homes users is known, with which the result is tried
# Only if two test accounts of the pool that is tried are recorded
if (Test-Step -Id 'ma-accept.1.1' -Title 'Try it: a test user signs in' -RunOn '<TriedServerFqdn>' -Account 'lync-admin') {
    # Note: The passwords of <TestUser1> and <TestUser2> are asked once and kept in memory only.
    # Note: Each of these tests may be left out with a reason; the report shows result and latency.
    Invoke-Shown -Command { Test-CsRegistration -TargetFqdn '<TriedPoolFqdn>' -UserSipAddress '<TestUser1Sip>' -UserCredential (Get-Credential '<TestUser1>') | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Result is Success?'
}

# ---- Try the pool as a user
# Only if a pool that homes users is known, with which the result is tried
# Only if two test accounts of the pool that is tried are recorded
if (Test-Step -Id 'ma-accept.1.2' -Title 'Try it: an instant message between two test users' -RunOn '<TriedServerFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { Test-CsIM -TargetFqdn '<TriedPoolFqdn>' -SenderSipAddress '<TestUser1Sip>' -SenderCredential (Get-Credential '<TestUser1>') -ReceiverSipAddress '<TestUser2Sip>' -ReceiverCredential (Get-Credential '<TestUser2>') | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Result is Success?'
}

# ---- Try the pool as a user
# Only if a pool that homes users is known, with which the result is tried
# Only if two test accounts of the pool that is tried are recorded
if (Test-Step -Id 'ma-accept.1.3' -Title 'Try it: one test user sees the presence of the other' -RunOn '<TriedServerFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { Test-CsPresence -TargetFqdn '<TriedPoolFqdn>' -PublisherSipAddress '<TestUser1Sip>' -PublisherCredential (Get-Credential '<TestUser1>') -SubscriberSipAddress '<TestUser2Sip>' -SubscriberCredential (Get-Credential '<TestUser2>') | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Result is Success?'
}

# ---- Try the pool as a user
# Only if a pool that homes users is known, with which the result is tried
# Only if two test accounts of the pool that is tried are recorded
if (Test-Step -Id 'ma-accept.1.4' -Title 'Try it: a conference of two test users with messages' -RunOn '<TriedServerFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { Test-CsGroupIM -TargetFqdn '<TriedPoolFqdn>' -SenderSipAddress '<TestUser1Sip>' -SenderCredential (Get-Credential '<TestUser1>') -ReceiverSipAddress '<TestUser2Sip>' -ReceiverCredential (Get-Credential '<TestUser2>') | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Result is Success?'
}

# ---- Try the pool as a user
# Only if a pool that homes users is known, with which the result is tried
# Only if two test accounts of the pool that is tried are recorded
if (Test-Step -Id 'ma-accept.1.5' -Title 'Try it: a test user reaches the Address Book' -RunOn '<TriedServerFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { Test-CsAddressBookService -TargetFqdn '<TriedPoolFqdn>' -UserSipAddress '<TestUser1Sip>' -UserCredential (Get-Credential '<TestUser1>') | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Result is Success?'
}

# ---- Try the pool as a user
# Only if a pool that homes users is known, with which the result is tried
# Only if two test accounts of the pool that is tried are recorded
# Only if the users of the pool that is tried have Persistent Chat
# Only if Persistent Chat of the pool that is tried was not lost with it
if (Test-Step -Id 'ma-accept.1.6' -Title 'Try it: a message in a chat room' -RunOn '<TriedServerFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { Test-CsPersistentChatMessage -TargetFqdn '<TriedPoolFqdn>' -SenderSipAddress '<TestUser1Sip>' -SenderCredential (Get-Credential '<TestUser1>') -ReceiverSipAddress '<TestUser2Sip>' -ReceiverCredential (Get-Credential '<TestUser2>') | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Result is Success?'
}

# ---- Try the pool as a user
# Only if a pool that homes users is known, with which the result is tried
# Only if not: two test accounts of the pool that is tried are recorded
# Only if With whom is the pool tried at the end? a person signs in and tries
if (Test-Step -Id 'ma-accept.2' -Title 'Try it: sign in, send messages, look at contacts' -RunOn '<TriedServerFqdn>' -Account 'lync-admin') {
    # Note: Record two test accounts in the deployment facts; the next restore then tries all this by cmdlets.
    # Note: Only a person sees what the client shows.
    Write-Host 'Sign in to the Lync client as two users of <TriedPoolFqdn>. Look at the contact lists, send an instant message in both directions, start a conference of the two with a third person, search for a name in the Address Book, and write into a chat room where Persistent Chat is deployed. An Edge Server: sign in from outside as well.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
}

# ---- Try the pool as a user
# Only if a pool that homes users is known, with which the result is tried
# Only if not: two test accounts of the pool that is tried are recorded
# Only if With whom is the pool tried at the end? the test accounts of Get-CsHealthMonitoringConfiguration
if (Test-Step -Id 'ma-accept.2.1' -Title 'Try it: a test user signs in' -RunOn '<TriedServerFqdn>' -Account 'lync-admin') {
    # Note: Each of these tests may be left out with a reason; the report shows result and latency.
    Invoke-Shown -Command { Test-CsRegistration -TargetFqdn '<TriedPoolFqdn>' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Result is Success?'
}

# ---- Try the pool as a user
# Only if a pool that homes users is known, with which the result is tried
# Only if not: two test accounts of the pool that is tried are recorded
# Only if With whom is the pool tried at the end? the test accounts of Get-CsHealthMonitoringConfiguration
if (Test-Step -Id 'ma-accept.2.2' -Title 'Try it: an instant message between two test users' -RunOn '<TriedServerFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { Test-CsIM -TargetFqdn '<TriedPoolFqdn>' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Result is Success?'
}

# ---- Try the pool as a user
# Only if a pool that homes users is known, with which the result is tried
# Only if not: two test accounts of the pool that is tried are recorded
# Only if With whom is the pool tried at the end? the test accounts of Get-CsHealthMonitoringConfiguration
if (Test-Step -Id 'ma-accept.2.3' -Title 'Try it: one test user sees the presence of the other' -RunOn '<TriedServerFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { Test-CsPresence -TargetFqdn '<TriedPoolFqdn>' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Result is Success?'
}

# ---- Try the pool as a user
# Only if a pool that homes users is known, with which the result is tried
# Only if not: two test accounts of the pool that is tried are recorded
# Only if With whom is the pool tried at the end? the test accounts of Get-CsHealthMonitoringConfiguration
if (Test-Step -Id 'ma-accept.2.4' -Title 'Try it: a conference of two test users with messages' -RunOn '<TriedServerFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { Test-CsGroupIM -TargetFqdn '<TriedPoolFqdn>' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Result is Success?'
}

# ---- Try the pool as a user
# Only if a pool that homes users is known, with which the result is tried
# Only if not: two test accounts of the pool that is tried are recorded
# Only if With whom is the pool tried at the end? the test accounts of Get-CsHealthMonitoringConfiguration
if (Test-Step -Id 'ma-accept.2.5' -Title 'Try it: a test user reaches the Address Book' -RunOn '<TriedServerFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { Test-CsAddressBookService -TargetFqdn '<TriedPoolFqdn>' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Result is Success?'
}

# ---- Try the pool as a user
# Only if a pool that homes users is known, with which the result is tried
# Only if not: two test accounts of the pool that is tried are recorded
# Only if With whom is the pool tried at the end? the test accounts of Get-CsHealthMonitoringConfiguration
# Only if the users of the pool that is tried have Persistent Chat
# Only if Persistent Chat of the pool that is tried was not lost with it
if (Test-Step -Id 'ma-accept.2.6' -Title 'Try it: a message in a chat room' -RunOn '<TriedServerFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { Test-CsPersistentChatMessage -TargetFqdn '<TriedPoolFqdn>' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Result is Success?'
}

Write-Host 'Afterwards: The archiving and monitoring services need no restart.'
Write-Host 'Afterwards: Mirror the databases again where they were mirrored; not before the data is back.'
Complete-Record
} catch {
    Show-Failure -Failure $_
    $script:Ended = $true
    exit 1
} finally {
    Close-Record
}
exit 0
