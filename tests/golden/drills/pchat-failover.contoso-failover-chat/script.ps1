# Fail Persistent Chat over to the second data centre (pchat-failover)
# Target: chatpool.contoso.com. Backup set: 2026-11-22T013000Z_contoso. Plan: sha256:e64256d074c50fdc934130336459b73fd02f7f71e3b8e4ec902c8e05ca39eebc
# After: Failing over Persistent Chat Server in Lync Server 2013
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

# One log backup after the other; which of them were applied before, SQL Server alone knows.
function Restore-Log([string] $Server, [string] $Sql, [string] $Mark, [string[]] $File) {
    foreach ($one in $File) {
        $said = sqlcmd '-S' $Server '-E' '-b' '-x' '-Q' $Sql.Replace($Mark, $one.Replace('''', ''''''))
        $said
        if ($LASTEXITCODE -ne 0) {
            if (@($said -match '^Msg 4326,').Count -eq 0) { return }
            $global:LASTEXITCODE = 0
            '{0} has been applied already.' -f $one
        }
    }
}

$script:Plan = 'sha256:e64256d074c50fdc934130336459b73fd02f7f71e3b8e4ec902c8e05ca39eebc'
$script:Steps = @(
    'pcf-decide',
    'pcf-unship',
    'pcf-copy',
    'pcf-apply',
    'pcf-online.1',
    'pcf-online.2',
    'pcf-state',
    'pcf-mirror.1',
    'pcf-active.1@chatpool.contoso.com',
    'pcf-active.2@chatpool.contoso.com',
    'pcf-active.3@chatpool.contoso.com',
    'pcf-accept.1@pool01.contoso.com'
)

try {
Open-Record

# ---- Is the first data centre down?
if (Test-Step -Id 'pcf-decide' -Title 'Is the first data centre down?' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    # Note: After it no further log of the primary can be applied. Messages since the last shipped log are lost.
    Write-Host 'Decide: Is the first data centre down? (fail over)'
    [void] (Read-Answer -Question 'Press Enter when it is done')
}

# ---- Remove log shipping
if (Test-Step -Id 'pcf-unship' -Title 'Remove log shipping' -RunOn 'chatsql11.contoso.com\LYNC' -Account 'sql-admin' -Look 'on chatsql11.contoso.com\LYNC run: sqlcmd ''-S'' ''chatsql11.contoso.com\LYNC'' ''-E'' ''-b'' ''-x'' ''-Q'' ''SELECT secondary_database FROM msdb.dbo.log_shipping_secondary_databases WHERE secondary_database = N''''mgc'''';'' | Out-Host; if it shows the number of objects is 0, the step has had its effect' -Undo 'set log shipping up again (pchat-failback, pcb-ship)') {
    Confirm-Harm -Harm 'ends log shipping into mgc on chatsql11.contoso.com\LYNC' -Name 'chatsql11.contoso.com'
    Invoke-Shown -Command { sqlcmd '-S' 'chatsql11.contoso.com\LYNC' '-E' '-b' '-x' '-Q' 'USE [master];
EXEC sp_delete_log_shipping_secondary_database N''mgc'';' | Out-Host }
    Assert-ExitCode -Low 0 -High 0
    Invoke-Shown -Command { sqlcmd '-S' 'chatsql11.contoso.com\LYNC' '-E' '-b' '-x' '-Q' 'SELECT secondary_database FROM msdb.dbo.log_shipping_secondary_databases WHERE secondary_database = N''mgc'';' | Out-Host }
    Confirm-Check -Question 'Verify: does it show the number of objects is 0?'
    # To undo: set log shipping up again (pchat-failback, pcb-ship)
}

# ---- Copy the missing log backups
if (Test-Step -Id 'pcf-copy' -Title 'Copy the missing log backups' -RunOn 'chatsql11.contoso.com' -Account 'sql-admin' -Look 'on chatsql11.contoso.com run: Get-ChildItem -LiteralPath ''C:\ChatLogCopies'' -Filter ''*.trn'' -File | Measure-Object | Format-List -Property ''*'' | Out-Host; if it shows every object: Count is at least the Files that the step reads first, the step has had its effect') {
    # Note: Where the share was lost with the first data centre, skip it with that reason; what had been copied is applied.
    Confirm-Check -Question 'Before: the session reaches the backup share?'
    Invoke-Shown -Command { Get-ChildItem -LiteralPath '\\fs11.contoso.com\ChatLogs' -Filter '*.trn' -File | Measure-Object | Format-List -Property '*' | Out-Host }
    $Read_Files = Read-Value -Question 'Count (from chatsql11.contoso.com)'
    Invoke-Shown -Command { robocopy '\\fs11.contoso.com\ChatLogs' 'C:\ChatLogCopies' '/E' '/COPY:DATSO' '/DCOPY:T' '/R:2' '/W:5' | Out-Host }
    Assert-ExitCode -Low 0 -High 7
    Invoke-Shown -Command { Get-ChildItem -LiteralPath 'C:\ChatLogCopies' -Filter '*.trn' -File | Measure-Object | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question ('Verify: does it show every object: Count is at least <Read:Files>?'.Replace('<Read:Files>', ($Read_Files -join ', ')))
}

# ---- Apply the missing log backups in sequence
if (Test-Step -Id 'pcf-apply' -Title 'Apply the missing log backups in sequence' -RunOn 'chatsql11.contoso.com\LYNC' -Account 'sql-admin' -Undo 'none') {
    # Note: What was applied before is left out by its sequence numbers; a gap ends the step with SQL Server's own message.
    Write-Host 'On chatsql11.contoso.com run: Get-ChildItem -LiteralPath ''C:\ChatLogCopies'' -Filter ''*.trn'' -File | Format-List -Property ''*'' | Out-Host'
    $Read_Logs = Read-Value -Question 'FullName (from chatsql11.contoso.com)'
    Invoke-Shown -Command { Restore-Log -Server 'chatsql11.contoso.com\LYNC' -Sql 'USE [master];
RESTORE LOG [mgc] FROM DISK = N''<Read:Logs>'' WITH NORECOVERY;' -Mark '<Read:Logs>' -File $Read_Logs | Out-Host }
    Assert-ExitCode -Low 0 -High 0
    # To undo: none
}

# ---- Bring mgc online
if (Test-Step -Id 'pcf-online.1' -Title 'End the connections to mgc' -RunOn 'chatsql11.contoso.com\LYNC' -Account 'sql-admin' -Look 'on chatsql11.contoso.com\LYNC run: sqlcmd ''-S'' ''chatsql11.contoso.com\LYNC'' ''-E'' ''-b'' ''-x'' ''-Q'' ''SELECT spid, loginame, hostname, program_name FROM sys.sysprocesses WHERE dbid = DB_ID(N''''mgc'''') ORDER BY spid;'' | Out-Host; if it shows the number of objects is 0, the step has had its effect') {
    Invoke-Shown -Command { sqlcmd '-S' 'chatsql11.contoso.com\LYNC' '-E' '-b' '-x' '-Q' 'USE [master];
DECLARE @kill nvarchar(max) = N'''';
SELECT @kill += N''KILL '' + CONVERT(nvarchar(11), spid) + N'';'' FROM sys.sysprocesses WHERE dbid = DB_ID(N''mgc'') AND spid > 50;
EXEC (@kill);' | Out-Host }
    Assert-ExitCode -Low 0 -High 0
    Invoke-Shown -Command { sqlcmd '-S' 'chatsql11.contoso.com\LYNC' '-E' '-b' '-x' '-Q' 'SELECT spid, loginame, hostname, program_name FROM sys.sysprocesses WHERE dbid = DB_ID(N''mgc'') ORDER BY spid;' | Out-Host }
    Confirm-Check -Question 'Verify: does it show the number of objects is 0?'
}

# ---- Bring mgc online
if (Test-Step -Id 'pcf-online.2' -Title 'Recover mgc' -RunOn 'chatsql11.contoso.com\LYNC' -Account 'sql-admin' -Look 'on chatsql11.contoso.com\LYNC run: sqlcmd ''-S'' ''chatsql11.contoso.com\LYNC'' ''-E'' ''-b'' ''-x'' ''-Q'' ''SELECT name, database_id, state_desc, recovery_model_desc, user_access_desc FROM sys.databases WHERE name = N''''mgc'''';'' | Out-Host; if it shows every object: state_desc is ONLINE, the step has had its effect' -Undo 'none; log shipping is set up again from a full backup') {
    Confirm-Harm -Harm 'brings mgc on chatsql11.contoso.com\LYNC into service; no further log can be applied' -Name 'chatsql11.contoso.com'
    Invoke-Shown -Command { sqlcmd '-S' 'chatsql11.contoso.com\LYNC' '-E' '-b' '-x' '-Q' 'USE [master];
IF EXISTS (SELECT 1 FROM sys.databases WHERE name = N''mgc'' AND state_desc = N''RESTORING'') RESTORE DATABASE [mgc] WITH RECOVERY;' | Out-Host }
    Assert-ExitCode -Low 0 -High 0
    Invoke-Shown -Command { sqlcmd '-S' 'chatsql11.contoso.com\LYNC' '-E' '-b' '-x' '-Q' 'SELECT name, database_id, state_desc, recovery_model_desc, user_access_desc FROM sys.databases WHERE name = N''mgc'';' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: state_desc is ONLINE?'
    # To undo: none; log shipping is set up again from a full backup
}

# ---- Switch the pool to the backup database
if (Test-Step -Id 'pcf-state' -Title 'Switch the pool to the backup database' -RunOn 'fe01.contoso.com' -Account 'lync-admin' -Look 'on fe01.contoso.com run: Get-CsPersistentChatState -Identity ''PersistentChatServer:chatpool.contoso.com'' | Format-List -Property ''*'' | Out-Host; if it shows every object: PoolState is FailedOver, the step has had its effect' -Undo 'Set-CsPersistentChatState with the state Normal') {
    # Note: It changes the state of each server by itself; every object of the answer is looked at.
    Confirm-Check -Question 'Before: every cmdlet and parameter of the plan exists there?'
    Confirm-Harm -Harm 'every server of chatpool.contoso.com uses the databases of the second data centre' -Name 'chatpool.contoso.com'
    Invoke-Shown -Command { Set-CsPersistentChatState -Identity 'PersistentChatServer:chatpool.contoso.com' -PoolState 'FailedOver' -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-CsPersistentChatState -Identity 'PersistentChatServer:chatpool.contoso.com' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: PoolState is FailedOver?'
    # To undo: Set-CsPersistentChatState with the state Normal
}

# ---- Mirror the new primary
if (Test-Step -Id 'pcf-mirror.1' -Title 'Mirror mgc' -RunOn 'fe01.contoso.com' -Account 'lync-admin' -Look 'on chatsql11.contoso.com\LYNC run: sqlcmd ''-S'' ''chatsql11.contoso.com\LYNC'' ''-E'' ''-b'' ''-x'' ''-Q'' ''SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL ORDER BY database_id;'' | Out-Host; if it shows at least one object: database_name is mgc and mirroring_role_desc is PRINCIPAL (within 30 min), the step has had its effect' -Undo 'Uninstall-CsMirrorDatabase with the type PersistentChat') {
    # Note: Not the mirror that was configured originally; that one is in the other data centre.
    Confirm-Harm -Harm 'deletes mgc on chatsql12.contoso.com if it is there, and mirrors the new primary there' -Name 'chatsql12.contoso.com'
    Invoke-Shown -Command { Install-CsMirrorDatabase -DatabaseType 'PersistentChat' -FileShare '\\fs11.contoso.com\MirrorShare' -SqlServerFqdn 'chatsql11.contoso.com' -SqlInstanceName 'LYNC' -DropExistingDatabasesOnMirror -Confirm:$false -Verbose | Out-Host }
    Write-Host 'On chatsql11.contoso.com\LYNC as sql-admin run: sqlcmd ''-S'' ''chatsql11.contoso.com\LYNC'' ''-E'' ''-b'' ''-x'' ''-Q'' ''SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL ORDER BY database_id;'' | Out-Host'
    Confirm-Check -Question 'Verify: does it show at least one object: database_name is mgc and mirroring_role_desc is PRINCIPAL (within 30 min)?'
    # To undo: Uninstall-CsMirrorDatabase with the type PersistentChat
}

# ---- Set the active servers
if (Test-Step -Id 'pcf-active.1@chatpool.contoso.com' -Title 'Which servers are on the list now: chatpool.contoso.com' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Invoke-Shown -Command { Get-CsService -PersistentChatServer -PoolFqdn 'chatpool.contoso.com' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show the number of objects is at least 1?'
}

# ---- Set the active servers
if (Test-Step -Id 'pcf-active.2@chatpool.contoso.com' -Title 'Clear the list: chatpool.contoso.com' -RunOn 'fe01.contoso.com' -Account 'lync-admin' -Look 'on fe01.contoso.com run: Get-CsService -PersistentChatServer -PoolFqdn ''chatpool.contoso.com'' | Format-List -Property ''*'' | Out-Host; if it shows every object: ActiveServers is empty, the step has had its effect' -Undo 'Set-CsPersistentChatActiveServer with the servers of before') {
    Confirm-Harm -Harm 'no Persistent Chat Server accepts connections until the list is set' -Name 'chatpool.contoso.com'
    Invoke-Shown -Command { Set-CsPersistentChatActiveServer -Identity 'PersistentChatServer:chatpool.contoso.com' -ActiveServers $null -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-CsService -PersistentChatServer -PoolFqdn 'chatpool.contoso.com' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: ActiveServers is empty?'
    # To undo: Set-CsPersistentChatActiveServer with the servers of before
}

# ---- Set the active servers
if (Test-Step -Id 'pcf-active.3@chatpool.contoso.com' -Title 'Set the list: chatpool.contoso.com' -RunOn 'fe01.contoso.com' -Account 'lync-admin' -Look 'on fe01.contoso.com run: Get-CsService -PersistentChatServer -PoolFqdn ''chatpool.contoso.com'' | Format-List -Property ''*'' | Out-Host; if it shows for each of them one object: ActiveServers names chat02.contoso.com, the step has had its effect' -Undo 'Set-CsPersistentChatActiveServer with the servers of before') {
    # Note: All active servers are in the data centre of the primary database or have a fast link to it, and in the time zone of the pool's next hop.
    # Note: The list holds exactly chat02.contoso.com now, and none of the other data centre.
    Invoke-Shown -Command { Set-CsPersistentChatActiveServer -Identity 'PersistentChatServer:chatpool.contoso.com' -ActiveServers @{Add = @('chat02.contoso.com')} -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-CsService -PersistentChatServer -PoolFqdn 'chatpool.contoso.com' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show for each of them one object: ActiveServers names chat02.contoso.com?'
    # To undo: Set-CsPersistentChatActiveServer with the servers of before
}

# ---- Try a chat room as a user
if (Test-Step -Id 'pcf-accept.1@pool01.contoso.com' -Title 'Try it: a message in a chat room: pool01.contoso.com' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    # Note: The passwords of CONTOSO\support01 and CONTOSO\support02 are asked once and kept in memory only.
    Invoke-Shown -Command { Test-CsPersistentChatMessage -TargetFqdn 'pool01.contoso.com' -SenderSipAddress 'sip:support01@contoso.com' -SenderCredential (Get-Credential 'CONTOSO\support01') -ReceiverSipAddress 'sip:support02@contoso.com' -ReceiverCredential (Get-Credential 'CONTOSO\support02') | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Result is Success?'
}

# Left out: Mirror mgccomp: no compliance database
# Left out: Try it without recorded test accounts: two test accounts of the pool that is tried are recorded
Write-Host 'Afterwards: The compliance database mgccomp is not failed over; it is transient. Its adapter''s administrator takes care that nothing is lost.'
Write-Host 'Afterwards: Compare the rooms (Get-CsPersistentChatRoom) with the list of the backup.'
Write-Host 'Afterwards: When the first data centre is back, pchat-failback.'
Complete-Record
} catch {
    Show-Failure -Failure $_
    $script:Ended = $true
    exit 1
} finally {
    Close-Record
}
exit 0
