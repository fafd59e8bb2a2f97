# Restore the Persistent Chat database (restore-pchat)
# Target: chatpool.contoso.com. Backup set: 2026-11-22T013000Z_contoso. Plan: sha256:0e6c1598f564e0b4108f1cb376e687aa95100b754007deac73a6417f81c8d0b1
# After: Restoring Persistent Chat databases in Lync Server 2013
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

$script:Plan = 'sha256:0e6c1598f564e0b4108f1cb376e687aa95100b754007deac73a6417f81c8d0b1'
$script:Steps = @(
    'pc-recreate',
    'pc-stop.1@chat01.contoso.com',
    'pc-stop.1@chat02.contoso.com',
    'pc-sql.1@mgc',
    'pc-sql.2@mgc',
    'pc-sql.3@mgc',
    'pc-start.1@chat01.contoso.com',
    'pc-start.1@chat02.contoso.com',
    'pc-start.3',
    'pc-start.4',
    'pc-accept.1.1',
    'pc-accept.1.2',
    'pc-accept.1.3',
    'pc-accept.1.4',
    'pc-accept.1.5',
    'pc-accept.1.6'
)

try {
Open-Record

# ---- Re-create the Persistent Chat database
if (Test-Step -Id 'pc-recreate' -Title 'Re-create the Persistent Chat database' -RunOn 'chat01.contoso.com' -Account 'lync-admin' -Look 'on chat01.contoso.com run: Test-CsDatabase -DatabaseType ''PersistentChat'' -SqlServerFqdn ''chatsql01.contoso.com'' -SqlInstanceName ''LYNC'' | Format-List -Property ''*'' | Out-Host; if it shows every object: Succeed is True, the step has had its effect') {
    # Note: A database that exists is left as it is; without -Clean nothing is deleted.
    # Note: The server that runs the command needs the CU version of the other servers; otherwise the database gets the wrong version.
    Confirm-Check -Question 'Before: every cmdlet and parameter of the plan exists there?'
    Invoke-Shown -Command { Install-CsDatabase -ConfiguredDatabases -SqlServerFqdn 'chatsql01.contoso.com' -Verbose -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Test-CsDatabase -DatabaseType 'PersistentChat' -SqlServerFqdn 'chatsql01.contoso.com' -SqlInstanceName 'LYNC' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Succeed is True?'
}

# ---- Stop the Persistent Chat services
if (Test-Step -Id 'pc-stop.1@chat01.contoso.com' -Title 'Stop the services of the Persistent Chat Server: chat01.contoso.com' -RunOn 'chat01.contoso.com' -Account 'lync-admin' -Look 'on chat01.contoso.com run: Get-CsWindowsService -ComputerName ''chat01.contoso.com'' | Format-List -Property ''*'' | Out-Host; if it shows every object: Status is Stopped (within 5 min), the step has had its effect' -Undo 'Start-CsWindowsService -ComputerName chat01.contoso.com') {
    Confirm-Harm -Harm 'stops Persistent Chat on chat01.contoso.com; its rooms are unavailable until it is started again' -Name 'chat01.contoso.com'
    Invoke-Shown -Command { Stop-CsWindowsService -ComputerName 'chat01.contoso.com' -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-CsWindowsService -ComputerName 'chat01.contoso.com' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Status is Stopped (within 5 min)?'
    # To undo: Start-CsWindowsService -ComputerName chat01.contoso.com
}

# ---- Stop the Persistent Chat services
if (Test-Step -Id 'pc-stop.1@chat02.contoso.com' -Title 'Stop the services of the Persistent Chat Server: chat02.contoso.com' -RunOn 'chat01.contoso.com' -Account 'lync-admin' -Look 'on chat01.contoso.com run: Get-CsWindowsService -ComputerName ''chat02.contoso.com'' | Format-List -Property ''*'' | Out-Host; if it shows every object: Status is Stopped (within 5 min), the step has had its effect' -Undo 'Start-CsWindowsService -ComputerName chat02.contoso.com') {
    Confirm-Harm -Harm 'stops Persistent Chat on chat02.contoso.com; its rooms are unavailable until it is started again' -Name 'chat02.contoso.com'
    Invoke-Shown -Command { Stop-CsWindowsService -ComputerName 'chat02.contoso.com' -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-CsWindowsService -ComputerName 'chat02.contoso.com' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Status is Stopped (within 5 min)?'
    # To undo: Start-CsWindowsService -ComputerName chat02.contoso.com
}

# ---- Restore the Persistent Chat database
if (Test-Step -Id 'pc-sql.1@mgc' -Title 'Verify the backup (RESTORE VERIFYONLY): mgc' -RunOn 'chatsql01.contoso.com\LYNC' -Account 'sql-admin') {
    # Note: A backup that was made without checksums is refused here; restore it manually, without CHECKSUM.
    Invoke-Shown -Command { sqlcmd '-S' 'chatsql01.contoso.com\LYNC' '-E' '-b' '-x' '-Q' 'RESTORE VERIFYONLY FROM DISK = N''\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\Sql\chatsql01.contoso.com_LYNC\mgc.bak'' WITH CHECKSUM, STATS = 5;' | Out-Host }
    Assert-ExitCode -Low 0 -High 0
}

# ---- Restore the Persistent Chat database
if (Test-Step -Id 'pc-sql.2@mgc' -Title 'Restore the database: mgc' -RunOn 'chatsql01.contoso.com\LYNC' -Account 'sql-admin' -Look 'on chatsql01.contoso.com\LYNC run: sqlcmd ''-S'' ''chatsql01.contoso.com\LYNC'' ''-E'' ''-b'' ''-x'' ''-Q'' ''SELECT TOP (1) d.state_desc AS State, d.user_access_desc AS UserAccess, h.restore_history_id AS RestoreId, f.physical_device_name AS RestoredFrom, s.backup_finish_date AS BackupFinishDate, s.backup_set_uuid AS BackupSetGuid FROM sys.databases AS d LEFT JOIN msdb.dbo.restorehistory AS h ON h.destination_database_name = N''''mgc'''' AND h.restore_type = N''''D'''' LEFT JOIN msdb.dbo.backupset AS s ON s.backup_set_id = h.backup_set_id LEFT JOIN msdb.dbo.backupmediafamily AS f ON f.media_set_id = s.media_set_id WHERE d.name = N''''mgc'''' ORDER BY h.restore_history_id DESC, f.family_sequence_number;'' | Out-Host; if it shows every object: State is ONLINE and UserAccess is MULTI_USER and RestoreId is above what it was just before this step and BackupSetGuid is one of the BackupSets that the step reads first, the step has had its effect' -Undo 'none; restore another backup of the same database') {
    # Note: The files are placed where those of the present database are; their logical names are read from the backup.
    # Note: The database is set back to MULTI_USER even when the restore fails.
    Invoke-Shown -Command { sqlcmd '-S' 'chatsql01.contoso.com\LYNC' '-E' '-b' '-x' '-Q' 'EXEC master.dbo.xp_fileexist N''\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\Sql\chatsql01.contoso.com_LYNC\mgc.bak'';' | Out-Host }
    Confirm-Check -Question 'Before: the SQL service account can access the backup file: does it show every object: File Exists is 1?'
    Invoke-Shown -Command { sqlcmd '-S' 'chatsql01.contoso.com\LYNC' '-E' '-b' '-x' '-Q' 'SELECT spid, loginame, hostname, program_name FROM sys.sysprocesses WHERE dbid = DB_ID(N''mgc'') ORDER BY spid;' | Out-Host }
    Confirm-Check -Question 'Before: no Persistent Chat service is connected to the database: does it show the number of objects is 0?'
    Confirm-Harm -Harm 'replaces everything in mgc on chatsql01.contoso.com\LYNC with the backup and closes its connections' -Name 'chatsql01.contoso.com'
    Invoke-Shown -Command { sqlcmd '-S' 'chatsql01.contoso.com\LYNC' '-E' '-b' '-x' '-Q' 'RESTORE FILELISTONLY FROM DISK = N''\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\Sql\chatsql01.contoso.com_LYNC\mgc.bak'';' | Out-Host }
    $Read_LogicalNames = Read-Value -Question 'LogicalName (from chatsql01.contoso.com\LYNC)'
    Invoke-Shown -Command { sqlcmd '-S' 'chatsql01.contoso.com\LYNC' '-E' '-b' '-x' '-Q' 'SELECT name, physical_name, type_desc, file_id, size / 128 AS size_mb FROM sys.master_files WHERE database_id = DB_ID(N''mgc'') ORDER BY file_id;' | Out-Host }
    $Read_Files = Read-Value -Question 'physical_name (from chatsql01.contoso.com\LYNC)'
    Invoke-Shown -Command { sqlcmd '-S' 'chatsql01.contoso.com\LYNC' '-E' '-b' '-x' '-Q' 'RESTORE HEADERONLY FROM DISK = N''\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\Sql\chatsql01.contoso.com_LYNC\mgc.bak'';' | Out-Host }
    $Read_BackupSets = Read-Value -Question 'BackupSetGUID (from chatsql01.contoso.com\LYNC)'
    Invoke-Shown -Command { sqlcmd '-S' 'chatsql01.contoso.com\LYNC' '-E' '-b' '-x' '-Q' ('USE [master];
IF EXISTS (SELECT 1 FROM sys.databases WHERE name = N''mgc'' AND state_desc = N''ONLINE'') ALTER DATABASE [mgc] SET SINGLE_USER WITH ROLLBACK IMMEDIATE;
RESTORE DATABASE [mgc] FROM DISK = N''\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\Sql\chatsql01.contoso.com_LYNC\mgc.bak'' WITH REPLACE, RECOVERY, CHECKSUM, STATS = 5, MOVE N''<Read:LogicalNames>'' TO N''<Read:Files>'';
IF EXISTS (SELECT 1 FROM sys.databases WHERE name = N''mgc'' AND state_desc = N''ONLINE'' AND user_access_desc <> N''MULTI_USER'') ALTER DATABASE [mgc] SET MULTI_USER;'.Replace(', MOVE N''<Read:LogicalNames>'' TO N''<Read:Files>''', (Join-Move -Name $Read_LogicalNames -File $Read_Files))) | Out-Host }
    Assert-ExitCode -Low 0 -High 0
    Invoke-Shown -Command { sqlcmd '-S' 'chatsql01.contoso.com\LYNC' '-E' '-b' '-x' '-Q' 'SELECT TOP (1) d.state_desc AS State, d.user_access_desc AS UserAccess, h.restore_history_id AS RestoreId, f.physical_device_name AS RestoredFrom, s.backup_finish_date AS BackupFinishDate, s.backup_set_uuid AS BackupSetGuid FROM sys.databases AS d LEFT JOIN msdb.dbo.restorehistory AS h ON h.destination_database_name = N''mgc'' AND h.restore_type = N''D'' LEFT JOIN msdb.dbo.backupset AS s ON s.backup_set_id = h.backup_set_id LEFT JOIN msdb.dbo.backupmediafamily AS f ON f.media_set_id = s.media_set_id WHERE d.name = N''mgc'' ORDER BY h.restore_history_id DESC, f.family_sequence_number;' | Out-Host }
    Confirm-Check -Question ('Verify: does it show every object: State is ONLINE and UserAccess is MULTI_USER and RestoreId is above what it was just before this step and BackupSetGuid is one of <Read:BackupSets>?'.Replace('<Read:BackupSets>', ($Read_BackupSets -join ', ')))
    # To undo: none; restore another backup of the same database
}

# ---- Restore the Persistent Chat database
if (Test-Step -Id 'pc-sql.3@mgc' -Title 'Grant RTCComponentUniversalServices access: mgc' -RunOn 'chatsql01.contoso.com\LYNC' -Account 'sql-admin' -Look 'on chatsql01.contoso.com\LYNC run: sqlcmd ''-S'' ''chatsql01.contoso.com\LYNC'' ''-E'' ''-b'' ''-x'' ''-Q'' ''USE [mgc];
SELECT SUSER_ID(N''''CONTOSO\RTCComponentUniversalServices'''') AS login_id, DATABASE_PRINCIPAL_ID(N''''CONTOSO\RTCComponentUniversalServices'''') AS user_id, CASE WHEN EXISTS (SELECT 1 FROM sys.database_role_members WHERE role_principal_id = DATABASE_PRINCIPAL_ID(N''''ServerRole'''') AND member_principal_id = DATABASE_PRINCIPAL_ID(N''''CONTOSO\RTCComponentUniversalServices'''')) THEN 1 ELSE 0 END AS in_role;
USE [master];'' | Out-Host; if it shows every object: login_id is not empty and in_role is 1, the step has had its effect') {
    Invoke-Shown -Command { sqlcmd '-S' 'chatsql01.contoso.com\LYNC' '-E' '-b' '-x' '-Q' 'USE [master];
IF SUSER_ID(N''CONTOSO\RTCComponentUniversalServices'') IS NULL CREATE LOGIN [CONTOSO\RTCComponentUniversalServices] FROM WINDOWS;
USE [mgc];
IF DATABASE_PRINCIPAL_ID(N''CONTOSO\RTCComponentUniversalServices'') IS NULL CREATE USER [CONTOSO\RTCComponentUniversalServices] FOR LOGIN [CONTOSO\RTCComponentUniversalServices];
EXEC sp_addrolemember N''ServerRole'', N''CONTOSO\RTCComponentUniversalServices'';
USE [master];' | Out-Host }
    Assert-ExitCode -Low 0 -High 0
    Invoke-Shown -Command { sqlcmd '-S' 'chatsql01.contoso.com\LYNC' '-E' '-b' '-x' '-Q' 'USE [mgc];
SELECT SUSER_ID(N''CONTOSO\RTCComponentUniversalServices'') AS login_id, DATABASE_PRINCIPAL_ID(N''CONTOSO\RTCComponentUniversalServices'') AS user_id, CASE WHEN EXISTS (SELECT 1 FROM sys.database_role_members WHERE role_principal_id = DATABASE_PRINCIPAL_ID(N''ServerRole'') AND member_principal_id = DATABASE_PRINCIPAL_ID(N''CONTOSO\RTCComponentUniversalServices'')) THEN 1 ELSE 0 END AS in_role;
USE [master];' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: login_id is not empty and in_role is 1?'
}

# ---- Start the Persistent Chat services
if (Test-Step -Id 'pc-start.1@chat01.contoso.com' -Title 'Start the services of the Persistent Chat Server: chat01.contoso.com' -RunOn 'chat01.contoso.com' -Account 'lync-admin' -Look 'on chat01.contoso.com run: Get-CsWindowsService -ComputerName ''chat01.contoso.com'' | Format-List -Property ''*'' | Out-Host; if it shows every object: Status is Running (within 30 min), the step has had its effect') {
    Invoke-Shown -Command { Start-CsWindowsService -ComputerName 'chat01.contoso.com' -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-CsWindowsService -ComputerName 'chat01.contoso.com' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Status is Running (within 30 min)?'
}

# ---- Start the Persistent Chat services
if (Test-Step -Id 'pc-start.1@chat02.contoso.com' -Title 'Start the services of the Persistent Chat Server: chat02.contoso.com' -RunOn 'chat01.contoso.com' -Account 'lync-admin' -Look 'on chat01.contoso.com run: Get-CsWindowsService -ComputerName ''chat02.contoso.com'' | Format-List -Property ''*'' | Out-Host; if it shows every object: Status is Running (within 30 min), the step has had its effect') {
    Invoke-Shown -Command { Start-CsWindowsService -ComputerName 'chat02.contoso.com' -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-CsWindowsService -ComputerName 'chat02.contoso.com' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Status is Running (within 30 min)?'
}

# ---- Start the Persistent Chat services
if (Test-Step -Id 'pc-start.3' -Title 'List the categories' -RunOn 'chat01.contoso.com' -Account 'chat-admin') {
    Invoke-Shown -Command { Get-CsPersistentChatCategory | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show the number of objects is at least 1?'
}

# ---- Start the Persistent Chat services
if (Test-Step -Id 'pc-start.4' -Title 'List the rooms' -RunOn 'chat01.contoso.com' -Account 'chat-admin') {
    # Note: Compare them with the list of the backup.
    Invoke-Shown -Command { Get-CsPersistentChatRoom | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show the number of objects is at least 1?'
}

# ---- Try the pool as a user
if (Test-Step -Id 'pc-accept.1.1' -Title 'Try it: a test user signs in' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    # Note: The passwords of CONTOSO\support01 and CONTOSO\support02 are asked once and kept in memory only.
    # Note: Each of these tests may be left out with a reason; the report shows result and latency.
    Confirm-Check -Question 'Before: every cmdlet and parameter of the plan exists there?'
    Invoke-Shown -Command { Test-CsRegistration -TargetFqdn 'pool01.contoso.com' -UserSipAddress 'sip:support01@contoso.com' -UserCredential (Get-Credential 'CONTOSO\support01') | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Result is Success?'
}

# ---- Try the pool as a user
if (Test-Step -Id 'pc-accept.1.2' -Title 'Try it: an instant message between two test users' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Invoke-Shown -Command { Test-CsIM -TargetFqdn 'pool01.contoso.com' -SenderSipAddress 'sip:support01@contoso.com' -SenderCredential (Get-Credential 'CONTOSO\support01') -ReceiverSipAddress 'sip:support02@contoso.com' -ReceiverCredential (Get-Credential 'CONTOSO\support02') | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Result is Success?'
}

# ---- Try the pool as a user
if (Test-Step -Id 'pc-accept.1.3' -Title 'Try it: one test user sees the presence of the other' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Invoke-Shown -Command { Test-CsPresence -TargetFqdn 'pool01.contoso.com' -PublisherSipAddress 'sip:support01@contoso.com' -PublisherCredential (Get-Credential 'CONTOSO\support01') -SubscriberSipAddress 'sip:support02@contoso.com' -SubscriberCredential (Get-Credential 'CONTOSO\support02') | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Result is Success?'
}

# ---- Try the pool as a user
if (Test-Step -Id 'pc-accept.1.4' -Title 'Try it: a conference of two test users with messages' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Invoke-Shown -Command { Test-CsGroupIM -TargetFqdn 'pool01.contoso.com' -SenderSipAddress 'sip:support01@contoso.com' -SenderCredential (Get-Credential 'CONTOSO\support01') -ReceiverSipAddress 'sip:support02@contoso.com' -ReceiverCredential (Get-Credential 'CONTOSO\support02') | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Result is Success?'
}

# ---- Try the pool as a user
if (Test-Step -Id 'pc-accept.1.5' -Title 'Try it: a test user reaches the Address Book' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Invoke-Shown -Command { Test-CsAddressBookService -TargetFqdn 'pool01.contoso.com' -UserSipAddress 'sip:support01@contoso.com' -UserCredential (Get-Credential 'CONTOSO\support01') | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Result is Success?'
}

# ---- Try the pool as a user
if (Test-Step -Id 'pc-accept.1.6' -Title 'Try it: a message in a chat room' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Invoke-Shown -Command { Test-CsPersistentChatMessage -TargetFqdn 'pool01.contoso.com' -SenderSipAddress 'sip:support01@contoso.com' -SenderCredential (Get-Credential 'CONTOSO\support01') -ReceiverSipAddress 'sip:support02@contoso.com' -ReceiverCredential (Get-Credential 'CONTOSO\support02') | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Result is Success?'
}

# Left out: Stop the Persistent Chat service only: Persistent Chat has servers of its own, or there is none
# Left out: Back up the present database before the import: restored from the SQL backup, or no export in the set
# Left out: Import the exported Persistent Chat data: restored from the SQL backup, or no export in the set
# Left out: Start the Persistent Chat service: Persistent Chat has servers of its own, or there is none
# Left out: Try it without recorded test accounts: two test accounts of the pool that is tried are recorded
Write-Host 'Afterwards: Compare the rooms (Get-CsPersistentChatRoom) with the list of the backup.'
Write-Host 'Afterwards: Files posted in rooms are part of the file store; if that was lost too, they are restored with restore-filestore.'
Write-Host 'Afterwards: The compliance database mgccomp is re-created empty and never restored; its adapter fills it.'
Write-Host 'Afterwards: Mirror the database again where it was mirrored; not before its data is back.'
Complete-Record
} catch {
    Show-Failure -Failure $_
    $script:Ended = $true
    exit 1
} finally {
    Close-Record
}
exit 0
