# Fail Persistent Chat back to the first data centre (pchat-failback)
# Target: chatpool.contoso.com. Backup set: 2026-11-22T013000Z_contoso. Plan: sha256:faf643375efe0ac3b2c722e6d1ce33ab00f6dbf0d3a10548a605c5306197770a
# After: Failing back Persistent Chat Server in Lync Server 2013
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

$script:Plan = 'sha256:faf643375efe0ac3b2c722e6d1ce33ab00f6dbf0d3a10548a605c5306197770a'
$script:Steps = @(
    'pcb-ready',
    'pcb-clear',
    'pcb-unmirror.1',
    'pcb-backup.1',
    'pcb-backup.2',
    'pcb-restore',
    'pcb-mirror',
    'pcb-ship.1',
    'pcb-ship.2',
    'pcb-state',
    'pcb-active.1@chatpool.contoso.com',
    'pcb-active.2@chatpool.contoso.com',
    'pcb-active.3@chatpool.contoso.com',
    'pcb-accept.1@pool01.contoso.com'
)

try {
Open-Record

# ---- Is the first data centre back?
if (Test-Step -Id 'pcb-ready' -Title 'Is the first data centre back?' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    # Note: Servers are rebuilt, mgc and mgccomp were re-created with Topology Builder; no other mirror or backup server was deployed meanwhile than that of the failover.
    # Note: SQL Server Agent of the secondary runs under an account with read on the share of the backups and write on the folder they are copied to.
    # Note: Persistent Chat is out of service from the next step to the last.
    Write-Host 'Decide: Is the first data centre back? (fail back)'
    [void] (Read-Answer -Question 'Press Enter when it is done')
}

# ---- Clear the list of active servers
if (Test-Step -Id 'pcb-clear' -Title 'Clear the list of active servers' -RunOn 'fe01.contoso.com' -Account 'lync-admin' -Look 'on fe01.contoso.com run: Get-CsService -PersistentChatServer -PoolFqdn ''chatpool.contoso.com'' | Format-List -Property ''*'' | Out-Host; if it shows every object: ActiveServers is empty, the step has had its effect' -Undo 'Set-CsPersistentChatActiveServer with the servers of before') {
    Confirm-Check -Question 'Before: every cmdlet and parameter of the plan exists there?'
    Confirm-Harm -Harm 'no Persistent Chat Server accepts connections; the service stops until the end of the failback' -Name 'chatpool.contoso.com'
    Invoke-Shown -Command { Set-CsPersistentChatActiveServer -Identity 'PersistentChatServer:chatpool.contoso.com' -ActiveServers $null -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-CsService -PersistentChatServer -PoolFqdn 'chatpool.contoso.com' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: ActiveServers is empty?'
    # To undo: Set-CsPersistentChatActiveServer with the servers of before
}

# ---- Remove mirroring on the backup database
if (Test-Step -Id 'pcb-unmirror.1' -Title 'End mirroring of mgc' -RunOn 'chatsql11.contoso.com\LYNC' -Account 'sql-admin' -Look 'on chatsql11.contoso.com\LYNC run: sqlcmd ''-S'' ''chatsql11.contoso.com\LYNC'' ''-E'' ''-b'' ''-x'' ''-Q'' ''SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL ORDER BY database_id;'' | Out-Host; if it shows no object: database_name is mgc, the step has had its effect' -Undo 'Install-CsMirrorDatabase') {
    # Note: Nothing is sent if it is not mirrored.
    Confirm-Harm -Harm 'ends the mirroring of mgc in the second data centre' -Name 'chatsql11.contoso.com'
    Invoke-Shown -Command { sqlcmd '-S' 'chatsql11.contoso.com\LYNC' '-E' '-b' '-x' '-Q' 'USE [master];
IF EXISTS (SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL AND database_id = DB_ID(N''mgc'')) ALTER DATABASE [mgc] SET PARTNER OFF;' | Out-Host }
    Assert-ExitCode -Low 0 -High 0
    Invoke-Shown -Command { sqlcmd '-S' 'chatsql11.contoso.com\LYNC' '-E' '-b' '-x' '-Q' 'SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL ORDER BY database_id;' | Out-Host }
    Confirm-Check -Question 'Verify: does it show no object: database_name is mgc?'
    # To undo: Install-CsMirrorDatabase
}

# ---- Back up mgc
if (Test-Step -Id 'pcb-backup.1' -Title 'Full backup to the log shipping share' -RunOn 'chatsql11.contoso.com\LYNC' -Account 'sql-admin' -Look 'on chatsql11.contoso.com\LYNC run: sqlcmd ''-S'' ''chatsql11.contoso.com\LYNC'' ''-E'' ''-b'' ''-x'' ''-Q'' ''SELECT TOP (1) s.backup_set_id AS BackupId, f.physical_device_name AS BackedUpTo, s.backup_finish_date AS BackupFinishDate FROM msdb.dbo.backupset AS s LEFT JOIN msdb.dbo.backupmediafamily AS f ON f.media_set_id = s.media_set_id WHERE s.database_name = N''''mgc'''' AND f.physical_device_name = N''''\\fs11.contoso.com\ChatLogs\mgc_failback_2026-11-22T013000Z_contoso-rescue.bak'''' ORDER BY s.backup_set_id DESC;'' | Out-Host; if it shows every object: BackupId is above what it was just before this step, the step has had its effect') {
    # Note: A full backup that is the base of what follows, so not copy-only.
    Invoke-Shown -Command { sqlcmd '-S' 'chatsql11.contoso.com\LYNC' '-E' '-b' '-x' '-Q' 'SELECT spid, loginame, hostname, program_name FROM sys.sysprocesses WHERE dbid = DB_ID(N''mgc'') ORDER BY spid;' | Out-Host }
    Confirm-Check -Question 'Before: no Persistent Chat service is connected to the database: does it show the number of objects is 0?'
    Invoke-Shown -Command { sqlcmd '-S' 'chatsql11.contoso.com\LYNC' '-E' '-b' '-x' '-Q' 'BACKUP DATABASE [mgc] TO DISK = N''\\fs11.contoso.com\ChatLogs\mgc_failback_2026-11-22T013000Z_contoso-rescue.bak'' WITH CHECKSUM, STATS = 5;' | Out-Host }
    Assert-ExitCode -Low 0 -High 0
    Invoke-Shown -Command { sqlcmd '-S' 'chatsql11.contoso.com\LYNC' '-E' '-b' '-x' '-Q' 'SELECT TOP (1) s.backup_set_id AS BackupId, f.physical_device_name AS BackedUpTo, s.backup_finish_date AS BackupFinishDate FROM msdb.dbo.backupset AS s LEFT JOIN msdb.dbo.backupmediafamily AS f ON f.media_set_id = s.media_set_id WHERE s.database_name = N''mgc'' AND f.physical_device_name = N''\\fs11.contoso.com\ChatLogs\mgc_failback_2026-11-22T013000Z_contoso-rescue.bak'' ORDER BY s.backup_set_id DESC;' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: BackupId is above what it was just before this step?'
}

# ---- Back up mgc
if (Test-Step -Id 'pcb-backup.2' -Title 'Verify the backup (RESTORE VERIFYONLY)' -RunOn 'chatsql01.contoso.com\LYNC' -Account 'sql-admin') {
    Invoke-Shown -Command { sqlcmd '-S' 'chatsql01.contoso.com\LYNC' '-E' '-b' '-x' '-Q' 'RESTORE VERIFYONLY FROM DISK = N''\\fs11.contoso.com\ChatLogs\mgc_failback_2026-11-22T013000Z_contoso-rescue.bak'' WITH CHECKSUM, STATS = 5;' | Out-Host }
    Assert-ExitCode -Low 0 -High 0
}

# ---- Restore it into the primary
if (Test-Step -Id 'pcb-restore' -Title 'Restore it into the primary' -RunOn 'chatsql01.contoso.com\LYNC' -Account 'sql-admin' -Look 'on chatsql01.contoso.com\LYNC run: sqlcmd ''-S'' ''chatsql01.contoso.com\LYNC'' ''-E'' ''-b'' ''-x'' ''-Q'' ''SELECT TOP (1) d.state_desc AS State, d.user_access_desc AS UserAccess, h.restore_history_id AS RestoreId, f.physical_device_name AS RestoredFrom, s.backup_finish_date AS BackupFinishDate, s.backup_set_uuid AS BackupSetGuid FROM sys.databases AS d LEFT JOIN msdb.dbo.restorehistory AS h ON h.destination_database_name = N''''mgc'''' AND h.restore_type = N''''D'''' LEFT JOIN msdb.dbo.backupset AS s ON s.backup_set_id = h.backup_set_id LEFT JOIN msdb.dbo.backupmediafamily AS f ON f.media_set_id = s.media_set_id WHERE d.name = N''''mgc'''' ORDER BY h.restore_history_id DESC, f.family_sequence_number;'' | Out-Host; if it shows every object: State is ONLINE and UserAccess is MULTI_USER and RestoreId is above what it was just before this step and BackupSetGuid is one of the BackupSets that the step reads first, the step has had its effect' -Undo 'none') {
    # Note: Topology Builder re-created the primary with its mirror; end that mirroring first (ALTER DATABASE SET PARTNER OFF) where the check says so.
    Invoke-Shown -Command { sqlcmd '-S' 'chatsql01.contoso.com\LYNC' '-E' '-b' '-x' '-Q' 'SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL ORDER BY database_id;' | Out-Host }
    Confirm-Check -Question 'Before: mgc on the primary is not mirrored: does it show no object: database_name is mgc?'
    Invoke-Shown -Command { sqlcmd '-S' 'chatsql01.contoso.com\LYNC' '-E' '-b' '-x' '-Q' 'SELECT spid, loginame, hostname, program_name FROM sys.sysprocesses WHERE dbid = DB_ID(N''mgc'') ORDER BY spid;' | Out-Host }
    Confirm-Check -Question 'Before: no Persistent Chat service is connected to the database: does it show the number of objects is 0?'
    Confirm-Harm -Harm 'replaces mgc on chatsql01.contoso.com\LYNC with that of the second data centre' -Name 'chatsql01.contoso.com'
    Invoke-Shown -Command { sqlcmd '-S' 'chatsql01.contoso.com\LYNC' '-E' '-b' '-x' '-Q' 'RESTORE FILELISTONLY FROM DISK = N''\\fs11.contoso.com\ChatLogs\mgc_failback_2026-11-22T013000Z_contoso-rescue.bak'';' | Out-Host }
    $Read_LogicalNames = Read-Value -Question 'LogicalName (from chatsql01.contoso.com\LYNC)'
    Invoke-Shown -Command { sqlcmd '-S' 'chatsql01.contoso.com\LYNC' '-E' '-b' '-x' '-Q' 'SELECT name, physical_name, type_desc, file_id, size / 128 AS size_mb FROM sys.master_files WHERE database_id = DB_ID(N''mgc'') ORDER BY file_id;' | Out-Host }
    $Read_Files = Read-Value -Question 'physical_name (from chatsql01.contoso.com\LYNC)'
    Invoke-Shown -Command { sqlcmd '-S' 'chatsql01.contoso.com\LYNC' '-E' '-b' '-x' '-Q' 'RESTORE HEADERONLY FROM DISK = N''\\fs11.contoso.com\ChatLogs\mgc_failback_2026-11-22T013000Z_contoso-rescue.bak'';' | Out-Host }
    $Read_BackupSets = Read-Value -Question 'BackupSetGUID (from chatsql01.contoso.com\LYNC)'
    Invoke-Shown -Command { sqlcmd '-S' 'chatsql01.contoso.com\LYNC' '-E' '-b' '-x' '-Q' ('USE [master];
IF EXISTS (SELECT 1 FROM sys.databases WHERE name = N''mgc'' AND state_desc = N''ONLINE'') ALTER DATABASE [mgc] SET SINGLE_USER WITH ROLLBACK IMMEDIATE;
RESTORE DATABASE [mgc] FROM DISK = N''\\fs11.contoso.com\ChatLogs\mgc_failback_2026-11-22T013000Z_contoso-rescue.bak'' WITH REPLACE, RECOVERY, CHECKSUM, STATS = 5, MOVE N''<Read:LogicalNames>'' TO N''<Read:Files>'';
IF EXISTS (SELECT 1 FROM sys.databases WHERE name = N''mgc'' AND state_desc = N''ONLINE'' AND user_access_desc <> N''MULTI_USER'') ALTER DATABASE [mgc] SET MULTI_USER;'.Replace(', MOVE N''<Read:LogicalNames>'' TO N''<Read:Files>''', (Join-Move -Name $Read_LogicalNames -File $Read_Files))) | Out-Host }
    Assert-ExitCode -Low 0 -High 0
    Invoke-Shown -Command { sqlcmd '-S' 'chatsql01.contoso.com\LYNC' '-E' '-b' '-x' '-Q' 'SELECT TOP (1) d.state_desc AS State, d.user_access_desc AS UserAccess, h.restore_history_id AS RestoreId, f.physical_device_name AS RestoredFrom, s.backup_finish_date AS BackupFinishDate, s.backup_set_uuid AS BackupSetGuid FROM sys.databases AS d LEFT JOIN msdb.dbo.restorehistory AS h ON h.destination_database_name = N''mgc'' AND h.restore_type = N''D'' LEFT JOIN msdb.dbo.backupset AS s ON s.backup_set_id = h.backup_set_id LEFT JOIN msdb.dbo.backupmediafamily AS f ON f.media_set_id = s.media_set_id WHERE d.name = N''mgc'' ORDER BY h.restore_history_id DESC, f.family_sequence_number;' | Out-Host }
    Confirm-Check -Question ('Verify: does it show every object: State is ONLINE and UserAccess is MULTI_USER and RestoreId is above what it was just before this step and BackupSetGuid is one of <Read:BackupSets>?'.Replace('<Read:BackupSets>', ($Read_BackupSets -join ', ')))
    # To undo: none
}

# ---- Mirror the primary again
if (Test-Step -Id 'pcb-mirror' -Title 'Mirror the primary again' -RunOn 'fe01.contoso.com' -Account 'lync-admin' -Look 'on chatsql01.contoso.com\LYNC run: sqlcmd ''-S'' ''chatsql01.contoso.com\LYNC'' ''-E'' ''-b'' ''-x'' ''-Q'' ''SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL ORDER BY database_id;'' | Out-Host; if it shows at least one object: database_name is mgc and mirroring_role_desc is PRINCIPAL (within 30 min), the step has had its effect' -Undo 'Uninstall-CsMirrorDatabase with the type PersistentChat') {
    Confirm-Harm -Harm 'deletes mgc on chatsql02.contoso.com if it is there, and mirrors the restored one there' -Name 'chatsql02.contoso.com'
    Invoke-Shown -Command { Install-CsMirrorDatabase -DatabaseType 'PersistentChat' -FileShare '\\fs11.contoso.com\MirrorShare' -SqlServerFqdn 'chatsql01.contoso.com' -SqlInstanceName 'LYNC' -DropExistingDatabasesOnMirror -Confirm:$false -Verbose | Out-Host }
    Write-Host 'On chatsql01.contoso.com\LYNC as sql-admin run: sqlcmd ''-S'' ''chatsql01.contoso.com\LYNC'' ''-E'' ''-b'' ''-x'' ''-Q'' ''SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL ORDER BY database_id;'' | Out-Host'
    Confirm-Check -Question 'Verify: does it show at least one object: database_name is mgc and mirroring_role_desc is PRINCIPAL (within 30 min)?'
    # To undo: Uninstall-CsMirrorDatabase with the type PersistentChat
}

# ---- Set up log shipping again
if (Test-Step -Id 'pcb-ship.1' -Title 'From the primary to the secondary' -RunOn 'chatsql01.contoso.com' -Account 'lync-admin' -Look 'on chatsql11.contoso.com\LYNC run: sqlcmd ''-S'' ''chatsql11.contoso.com\LYNC'' ''-E'' ''-b'' ''-x'' ''-Q'' ''SELECT secondary_database FROM msdb.dbo.log_shipping_secondary_databases WHERE secondary_database = N''''mgc'''';'' | Out-Host; if it shows at least one object: secondary_database is mgc, the step has had its effect' -Undo 'delete-log-shipping-secondary') {
    # Note: The first backup, copy and restore jobs must succeed.
    Confirm-Harm -Harm 'replaces mgc on chatsql11.contoso.com\LYNC with a copy of the primary' -Name 'chatsql11.contoso.com'
    Write-Host 'In SQL Server Management Studio, on chatsql01.contoso.com\LYNC, properties of mgc, Transaction Log Shipping: enable it as a primary; Backup Settings: network path \\fs11.contoso.com\ChatLogs. Add the secondary chatsql11.contoso.com\LYNC, database mgc; Initialize: generate a full backup and restore it; Copy Files: C:\ChatLogCopies; Restore: No recovery mode, delay 0 minutes. OK starts it.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    Write-Host 'On chatsql11.contoso.com\LYNC as sql-admin run: sqlcmd ''-S'' ''chatsql11.contoso.com\LYNC'' ''-E'' ''-b'' ''-x'' ''-Q'' ''SELECT secondary_database FROM msdb.dbo.log_shipping_secondary_databases WHERE secondary_database = N''''mgc'''';'' | Out-Host'
    Confirm-Check -Question 'Verify: does it show at least one object: secondary_database is mgc?'
    # To undo: delete-log-shipping-secondary
}

# ---- Set up log shipping again
if (Test-Step -Id 'pcb-ship.2' -Title 'From the primary''s mirror to the secondary' -RunOn 'chatsql01.contoso.com' -Account 'lync-admin') {
    # Note: The jobs exist on the mirror's SQL Server Agent; mgc is principal on the primary again.
    Write-Host 'So that shipping survives a failover to the mirror. Fail mgc over to the mirror with Invoke-CsDatabaseFailover (type PersistentChat). On chatsql02.contoso.com\LYNC configure the same with the same settings, but Initialize: No, the secondary database is initialized; Script Configuration to New Query Window, run the first half, up to the line End: Script to be run at Primary; close with Cancel. Fail mgc back to the primary.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
}

# ---- Pool state back to normal
if (Test-Step -Id 'pcb-state' -Title 'Pool state back to normal' -RunOn 'fe01.contoso.com' -Account 'lync-admin' -Look 'on fe01.contoso.com run: Get-CsPersistentChatState -Identity ''PersistentChatServer:chatpool.contoso.com'' | Format-List -Property ''*'' | Out-Host; if it shows every object: PoolState is Normal, the step has had its effect' -Undo 'Set-CsPersistentChatState with the state FailedOver') {
    # Note: The topic does it after the next step; then servers would become active while the pool still points to the backup databases.
    Confirm-Harm -Harm 'every server of chatpool.contoso.com uses the databases of the first data centre' -Name 'chatpool.contoso.com'
    Invoke-Shown -Command { Set-CsPersistentChatState -Identity 'PersistentChatServer:chatpool.contoso.com' -PoolState 'Normal' -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-CsPersistentChatState -Identity 'PersistentChatServer:chatpool.contoso.com' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: PoolState is Normal?'
    # To undo: Set-CsPersistentChatState with the state FailedOver
}

# ---- Set the active servers
if (Test-Step -Id 'pcb-active.1@chatpool.contoso.com' -Title 'Which servers are on the list now: chatpool.contoso.com' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Invoke-Shown -Command { Get-CsService -PersistentChatServer -PoolFqdn 'chatpool.contoso.com' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show the number of objects is at least 1?'
}

# ---- Set the active servers
if (Test-Step -Id 'pcb-active.2@chatpool.contoso.com' -Title 'Clear the list: chatpool.contoso.com' -RunOn 'fe01.contoso.com' -Account 'lync-admin' -Look 'on fe01.contoso.com run: Get-CsService -PersistentChatServer -PoolFqdn ''chatpool.contoso.com'' | Format-List -Property ''*'' | Out-Host; if it shows every object: ActiveServers is empty, the step has had its effect' -Undo 'Set-CsPersistentChatActiveServer with the servers of before') {
    Confirm-Harm -Harm 'no Persistent Chat Server accepts connections until the list is set' -Name 'chatpool.contoso.com'
    Invoke-Shown -Command { Set-CsPersistentChatActiveServer -Identity 'PersistentChatServer:chatpool.contoso.com' -ActiveServers $null -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-CsService -PersistentChatServer -PoolFqdn 'chatpool.contoso.com' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: ActiveServers is empty?'
    # To undo: Set-CsPersistentChatActiveServer with the servers of before
}

# ---- Set the active servers
if (Test-Step -Id 'pcb-active.3@chatpool.contoso.com' -Title 'Set the list: chatpool.contoso.com' -RunOn 'fe01.contoso.com' -Account 'lync-admin' -Look 'on fe01.contoso.com run: Get-CsService -PersistentChatServer -PoolFqdn ''chatpool.contoso.com'' | Format-List -Property ''*'' | Out-Host; if it shows for each of them one object: ActiveServers names chat01.contoso.com, the step has had its effect' -Undo 'Set-CsPersistentChatActiveServer with the servers of before') {
    # Note: All active servers are in the data centre of the primary database or have a fast link to it, and in the time zone of the pool's next hop.
    # Note: The list holds exactly chat01.contoso.com now, and none of the other data centre.
    Invoke-Shown -Command { Set-CsPersistentChatActiveServer -Identity 'PersistentChatServer:chatpool.contoso.com' -ActiveServers @{Add = @('chat01.contoso.com')} -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-CsService -PersistentChatServer -PoolFqdn 'chatpool.contoso.com' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show for each of them one object: ActiveServers names chat01.contoso.com?'
    # To undo: Set-CsPersistentChatActiveServer with the servers of before
}

# ---- Try a chat room as a user
if (Test-Step -Id 'pcb-accept.1@pool01.contoso.com' -Title 'Try it: a message in a chat room: pool01.contoso.com' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    # Note: The passwords of CONTOSO\support01 and CONTOSO\support02 are asked once and kept in memory only.
    Invoke-Shown -Command { Test-CsPersistentChatMessage -TargetFqdn 'pool01.contoso.com' -SenderSipAddress 'sip:support01@contoso.com' -SenderCredential (Get-Credential 'CONTOSO\support01') -ReceiverSipAddress 'sip:support02@contoso.com' -ReceiverCredential (Get-Credential 'CONTOSO\support02') | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Result is Success?'
}

# Left out: End mirroring of mgccomp: no compliance database
# Left out: Try it without recorded test accounts: two test accounts of the pool that is tried are recorded
Write-Host 'Afterwards: Compare the rooms (Get-CsPersistentChatRoom) with what they were; Test-CsPersistentChatMessage sends a message.'
Write-Host 'Afterwards: The first backup, copy and restore jobs of log shipping must succeed.'
Write-Host 'Afterwards: Take a fresh backup into a new set.'
Complete-Record
} catch {
    Show-Failure -Failure $_
    $script:Ended = $true
    exit 1
} finally {
    Close-Record
}
exit 0
