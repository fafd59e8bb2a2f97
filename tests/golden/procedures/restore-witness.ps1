# Re-create the witness (restore-witness)
# After: Deploying SQL mirroring for Back End Server high availability in Lync Server 2013
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

$script:Plan = 'restore-witness'
$script:Steps = @(
    'prepare/prep-decide',
    'prepare/prep-ad',
    'wi-partner-off.1',
    'wi-partner-off.2',
    'wi-off',
    'wi-bare.1',
    'wi-bare.2',
    'wi-bare.3',
    'wi-bare.4',
    'wi-bare.5',
    'wi-endpoint',
    'wi-set',
    'wi-accept.1.1',
    'wi-accept.1.2',
    'wi-accept.1.3',
    'wi-accept.1.4',
    'wi-accept.1.5',
    'wi-accept.1.6',
    'wi-accept.2',
    'wi-accept.2.1',
    'wi-accept.2.2',
    'wi-accept.2.3',
    'wi-accept.2.4',
    'wi-accept.2.5',
    'wi-accept.2.6'
)

# Replace each of these everywhere in this file (editor, Replace All); double any apostrophe.
$values = @(
    '<PoolFqdn>',
    '<DomainControllerFqdn>',
    '<ServerName of WitnessSqlFqdn>',
    '<ServerInstance of MirrorSqlFqdn>',
    '<MirrorSqlFqdn>',
    '<DatabaseName>',
    '<ServerInstance of PrimarySqlFqdn>',
    '<PrimarySqlFqdn>',
    '<DatabasePrimary>',
    '<DatabaseMirror>',
    '<WitnessSqlFqdn>',
    '<ServerInstance of WitnessSqlFqdn>',
    '<WitnessInstance>',
    '<ServerAccount>',
    '<TriedServerFqdn>',
    '<TriedPoolFqdn>',
    '<TestUser1Sip>',
    '<TestUser2Sip>'
)
if ($values -match '^<.*>$') {
    throw ('Fill in first: {0}' -f (($values -match '^<.*>$') -join ', '))
}
# Decide first: What is lost? only the witness (both partners mirror) / the witness and the primary / the witness and the mirror
# Decide first: On which side are the databases in role PRINCIPAL at the moment? the primary of the topology / the mirror of the topology
# Decide first: With whom is the pool tried at the end? a person signs in and tries / the test accounts of Get-CsHealthMonitoringConfiguration

try {
Open-Record

# ---- Prepare
if (Test-Step -Id 'prepare/prep-decide' -Title 'Decide what to restore: <WitnessSqlFqdn>' -RunOn '<PoolFqdn>' -Account 'lync-admin') {
    # Note: Restore only when troubleshooting has failed; a restore costs downtime and everything since the backup.
    # Note: The person named in the plan decides. Have media, keys, certificates and the worksheets ready before you continue.
    Write-Host 'Decide: Decide what to restore: <WitnessSqlFqdn> (restore)'
    [void] (Read-Answer -Question 'Press Enter when it is done')
}

# ---- Prepare
# Only if a domain controller is recorded
# Only if not: the target is an Edge Server
if (Test-Step -Id 'prepare/prep-ad' -Title 'Keep the AD computer account: <WitnessSqlFqdn>' -RunOn '<DomainControllerFqdn>' -Account 'domain-admin' -Look 'on <DomainControllerFqdn> run: Get-ADComputer -Identity ''<ServerName of WitnessSqlFqdn>'' -Properties @(''MemberOf'') | Format-List -Property ''*'' | Out-Host; if it shows every object: Enabled is True; for each of them one object: MemberOf names <ComputerGroups>, the step has had its effect') {
    # Note: Joining with the same name re-uses the account; deleting it loses the group memberships.
    # Note: A server that runs Lync is in groups whose names begin with RTC; compare it with another server of its role.
    # Note: Since October 2022 (KB5020276) only the account's creator or an allowed owner may join with it again.
    Write-Host 'Do not delete the computer account of <WitnessSqlFqdn> when Windows is installed again. Have the AD administrator check that the account exists, is enabled, and is still a member of its Lync (RTC) groups; reset it if needed.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    Invoke-Shown -Command { Get-ADComputer -Identity '<ServerName of WitnessSqlFqdn>' -Properties @('MemberOf') | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Enabled is True; for each of them one object: MemberOf names <ComputerGroups>?'
}

# ---- Witness and one partner lost: end mirroring on the surviving server
# Only if What is lost? the witness and the primary
# Only if for each <DatabaseName> of mirrored databases
if (Test-Step -Id 'wi-partner-off.1' -Title 'End mirroring of the database: <MirrorSqlFqdn>' -RunOn '<ServerInstance of MirrorSqlFqdn>' -Account 'sql-admin' -Look 'on <ServerInstance of MirrorSqlFqdn> run: sqlcmd ''-S'' ''<ServerInstance of MirrorSqlFqdn>'' ''-E'' ''-b'' ''-x'' ''-Q'' ''SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL ORDER BY database_id;'' | Out-Host; if it shows no object: database_name is <DatabaseName>, the step has had its effect' -Undo 'none; the mirror is re-created later') {
    # Note: Nothing is sent if the database is no longer mirrored.
    Confirm-Harm -Harm 'ends the mirroring of <DatabaseName>; transactions the lost principal had not sent are lost' -Name '<MirrorSqlFqdn>'
    Invoke-Shown -Command { sqlcmd '-S' '<ServerInstance of MirrorSqlFqdn>' '-E' '-b' '-x' '-Q' 'USE [master];
IF EXISTS (SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL AND database_id = DB_ID(N''<DatabaseName>'')) ALTER DATABASE [<DatabaseName>] SET PARTNER OFF;' | Out-Host }
    Assert-ExitCode -Low 0 -High 0
    Invoke-Shown -Command { sqlcmd '-S' '<ServerInstance of MirrorSqlFqdn>' '-E' '-b' '-x' '-Q' 'SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL ORDER BY database_id;' | Out-Host }
    Confirm-Check -Question 'Verify: does it show no object: database_name is <DatabaseName>?'
    # To undo: none; the mirror is re-created later
}

# ---- Witness and one partner lost: end mirroring on the surviving server
# Only if What is lost? the witness and the primary
# Only if for each <DatabaseName> of mirrored databases
if (Test-Step -Id 'wi-partner-off.2' -Title 'Bring the database online: <MirrorSqlFqdn>' -RunOn '<ServerInstance of MirrorSqlFqdn>' -Account 'sql-admin' -Look 'on <ServerInstance of MirrorSqlFqdn> run: sqlcmd ''-S'' ''<ServerInstance of MirrorSqlFqdn>'' ''-E'' ''-b'' ''-x'' ''-Q'' ''SELECT name, database_id, state_desc, recovery_model_desc, user_access_desc FROM sys.databases WHERE name = N''''<DatabaseName>'''';'' | Out-Host; if it shows every object: state_desc is ONLINE, the step has had its effect') {
    # Note: Only a database that shows RESTORING, because it was the mirror, is recovered.
    Invoke-Shown -Command { sqlcmd '-S' '<ServerInstance of MirrorSqlFqdn>' '-E' '-b' '-x' '-Q' 'USE [master];
IF EXISTS (SELECT 1 FROM sys.databases WHERE name = N''<DatabaseName>'' AND state_desc = N''RESTORING'') RESTORE DATABASE [<DatabaseName>] WITH RECOVERY;' | Out-Host }
    Assert-ExitCode -Low 0 -High 0
    Invoke-Shown -Command { sqlcmd '-S' '<ServerInstance of MirrorSqlFqdn>' '-E' '-b' '-x' '-Q' 'SELECT name, database_id, state_desc, recovery_model_desc, user_access_desc FROM sys.databases WHERE name = N''<DatabaseName>'';' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: state_desc is ONLINE?'
}

# ---- Witness and one partner lost: end mirroring on the surviving server
# Only if What is lost? the witness and the mirror
# Only if for each <DatabaseName> of mirrored databases
if (Test-Step -Id 'wi-partner-off.1' -Title 'End mirroring of the database: <PrimarySqlFqdn>' -RunOn '<ServerInstance of PrimarySqlFqdn>' -Account 'sql-admin' -Look 'on <ServerInstance of PrimarySqlFqdn> run: sqlcmd ''-S'' ''<ServerInstance of PrimarySqlFqdn>'' ''-E'' ''-b'' ''-x'' ''-Q'' ''SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL ORDER BY database_id;'' | Out-Host; if it shows no object: database_name is <DatabaseName>, the step has had its effect' -Undo 'none; the mirror is re-created later') {
    # Note: Nothing is sent if the database is no longer mirrored.
    Confirm-Harm -Harm 'ends the mirroring of <DatabaseName>; transactions the lost principal had not sent are lost' -Name '<PrimarySqlFqdn>'
    Invoke-Shown -Command { sqlcmd '-S' '<ServerInstance of PrimarySqlFqdn>' '-E' '-b' '-x' '-Q' 'USE [master];
IF EXISTS (SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL AND database_id = DB_ID(N''<DatabaseName>'')) ALTER DATABASE [<DatabaseName>] SET PARTNER OFF;' | Out-Host }
    Assert-ExitCode -Low 0 -High 0
    Invoke-Shown -Command { sqlcmd '-S' '<ServerInstance of PrimarySqlFqdn>' '-E' '-b' '-x' '-Q' 'SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL ORDER BY database_id;' | Out-Host }
    Confirm-Check -Question 'Verify: does it show no object: database_name is <DatabaseName>?'
    # To undo: none; the mirror is re-created later
}

# ---- Witness and one partner lost: end mirroring on the surviving server
# Only if What is lost? the witness and the mirror
# Only if for each <DatabaseName> of mirrored databases
if (Test-Step -Id 'wi-partner-off.2' -Title 'Bring the database online: <PrimarySqlFqdn>' -RunOn '<ServerInstance of PrimarySqlFqdn>' -Account 'sql-admin' -Look 'on <ServerInstance of PrimarySqlFqdn> run: sqlcmd ''-S'' ''<ServerInstance of PrimarySqlFqdn>'' ''-E'' ''-b'' ''-x'' ''-Q'' ''SELECT name, database_id, state_desc, recovery_model_desc, user_access_desc FROM sys.databases WHERE name = N''''<DatabaseName>'''';'' | Out-Host; if it shows every object: state_desc is ONLINE, the step has had its effect') {
    # Note: Only a database that shows RESTORING, because it was the mirror, is recovered.
    Invoke-Shown -Command { sqlcmd '-S' '<ServerInstance of PrimarySqlFqdn>' '-E' '-b' '-x' '-Q' 'USE [master];
IF EXISTS (SELECT 1 FROM sys.databases WHERE name = N''<DatabaseName>'' AND state_desc = N''RESTORING'') RESTORE DATABASE [<DatabaseName>] WITH RECOVERY;' | Out-Host }
    Assert-ExitCode -Low 0 -High 0
    Invoke-Shown -Command { sqlcmd '-S' '<ServerInstance of PrimarySqlFqdn>' '-E' '-b' '-x' '-Q' 'SELECT name, database_id, state_desc, recovery_model_desc, user_access_desc FROM sys.databases WHERE name = N''<DatabaseName>'';' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: state_desc is ONLINE?'
}

# ---- Remove the lost witness from the mirroring sessions
# Only if What is lost? only the witness (both partners mirror)
# Only if On which side are the databases in role PRINCIPAL at the moment? the primary of the topology
# Only if for each <DatabaseName> of mirrored databases
if (Test-Step -Id 'wi-off' -Title 'Remove the lost witness from the mirroring sessions' -RunOn '<DatabasePrimary>' -Account 'sql-admin' -Look 'on <DatabasePrimary> run: sqlcmd ''-S'' ''<DatabasePrimary>'' ''-E'' ''-b'' ''-x'' ''-Q'' ''SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL ORDER BY database_id;'' | Out-Host; if it shows at least one object: database_name is <DatabaseName> and mirroring_state_desc is SYNCHRONIZED and mirroring_witness_name is empty, the step has had its effect' -Undo 'the step wi-set') {
    # Note: A lost witness alone stops nothing, but the next loss then stops the Back End.
    # Note: Do not run Uninstall-CsMirrorDatabase, which Topology Builder suggests; it ends the mirroring altogether.
    Confirm-Harm -Harm 'no automatic failover of <DatabaseName> until the witness is set again' -Name '<PrimarySqlFqdn>'
    Invoke-Shown -Command { sqlcmd '-S' '<DatabasePrimary>' '-E' '-b' '-x' '-Q' 'USE [master];
ALTER DATABASE [<DatabaseName>] SET WITNESS OFF;' | Out-Host }
    Assert-ExitCode -Low 0 -High 0
    Invoke-Shown -Command { sqlcmd '-S' '<DatabasePrimary>' '-E' '-b' '-x' '-Q' 'SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL ORDER BY database_id;' | Out-Host }
    Confirm-Check -Question 'Verify: does it show at least one object: database_name is <DatabaseName> and mirroring_state_desc is SYNCHRONIZED and mirroring_witness_name is empty?'
    # To undo: the step wi-set
}

# ---- Remove the lost witness from the mirroring sessions
# Only if What is lost? only the witness (both partners mirror)
# Only if On which side are the databases in role PRINCIPAL at the moment? the mirror of the topology
# Only if for each <DatabaseName> of mirrored databases
if (Test-Step -Id 'wi-off' -Title 'Remove the lost witness from the mirroring sessions' -RunOn '<DatabaseMirror>' -Account 'sql-admin' -Look 'on <DatabaseMirror> run: sqlcmd ''-S'' ''<DatabaseMirror>'' ''-E'' ''-b'' ''-x'' ''-Q'' ''SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL ORDER BY database_id;'' | Out-Host; if it shows at least one object: database_name is <DatabaseName> and mirroring_state_desc is SYNCHRONIZED and mirroring_witness_name is empty, the step has had its effect' -Undo 'the step wi-set') {
    # Note: A lost witness alone stops nothing, but the next loss then stops the Back End.
    # Note: Do not run Uninstall-CsMirrorDatabase, which Topology Builder suggests; it ends the mirroring altogether.
    Confirm-Harm -Harm 'no automatic failover of <DatabaseName> until the witness is set again' -Name '<MirrorSqlFqdn>'
    Invoke-Shown -Command { sqlcmd '-S' '<DatabaseMirror>' '-E' '-b' '-x' '-Q' 'USE [master];
ALTER DATABASE [<DatabaseName>] SET WITNESS OFF;' | Out-Host }
    Assert-ExitCode -Low 0 -High 0
    Invoke-Shown -Command { sqlcmd '-S' '<DatabaseMirror>' '-E' '-b' '-x' '-Q' 'SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL ORDER BY database_id;' | Out-Host }
    Confirm-Check -Question 'Verify: does it show at least one object: database_name is <DatabaseName> and mirroring_state_desc is SYNCHRONIZED and mirroring_witness_name is empty?'
    # To undo: the step wi-set
}

# ---- Rebuild the witness server
# Only if What is lost? only the witness (both partners mirror)
if (Test-Step -Id 'wi-bare.1' -Title 'Install Windows with the original computer name: <WitnessSqlFqdn>' -RunOn '<WitnessSqlFqdn>' -Account 'lync-admin' -Look 'on <WitnessSqlFqdn> run: Get-CimInstance -ClassName ''Win32_ComputerSystem'' | Format-List -Property ''*'' | Out-Host; if it shows every object: DNSHostName is <ServerName of WitnessSqlFqdn> and PartOfDomain is True and Domain is <DnsDomain>, the step has had its effect' -Undo 'none; all data on the disks is lost') {
    Confirm-Harm -Harm 'the disks of the computer that becomes <WitnessSqlFqdn> are wiped' -Name '<WitnessSqlFqdn>'
    Write-Host 'Install Windows on the replacement computer with the name <WitnessSqlFqdn>: same computer name, same DNS suffix, same IP address and DNS record as before; join the domain with the existing computer account; install the patches; leave the Windows Firewall on.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    Invoke-Shown -Command { Get-CimInstance -ClassName 'Win32_ComputerSystem' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: DNSHostName is <ServerName of WitnessSqlFqdn> and PartOfDomain is True and Domain is <DnsDomain>?'
    # To undo: none; all data on the disks is lost
}

# ---- Rebuild the witness server
# Only if What is lost? only the witness (both partners mirror)
if (Test-Step -Id 'wi-bare.2' -Title 'Check that name and DNS suffix are the original ones: <WitnessSqlFqdn>' -RunOn '<WitnessSqlFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { Get-ItemProperty -LiteralPath 'HKLM:\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Hostname is <ServerName> and Domain is <ServerSuffix>?'
}

# ---- Rebuild the witness server
# Only if What is lost? only the witness (both partners mirror)
if (Test-Step -Id 'wi-bare.3' -Title 'Take a system image: <WitnessSqlFqdn>' -RunOn '<WitnessSqlFqdn>' -Account 'lync-admin') {
    Write-Host 'Take an image of the system now, before anything is restored, and check that it can be read. With it you can return to this state.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
}

# ---- Rebuild the witness server
# Only if What is lost? only the witness (both partners mirror)
if (Test-Step -Id 'wi-bare.4' -Title 'Install SQL Server with the original configuration: <WitnessSqlFqdn>' -RunOn '<WitnessSqlFqdn>' -Account 'lync-admin' -Look 'on <ServerInstance of WitnessSqlFqdn> run: sqlcmd ''-S'' ''<ServerInstance of WitnessSqlFqdn>'' ''-E'' ''-b'' ''-x'' ''-Q'' ''SELECT @@SERVERNAME AS server_name, @@VERSION AS version_text, CAST(SERVERPROPERTY(N''''ProductVersion'''') AS nvarchar(128)) AS product_version, CAST(SERVERPROPERTY(N''''ProductLevel'''') AS nvarchar(128)) AS product_level, CAST(SERVERPROPERTY(N''''Edition'''') AS nvarchar(128)) AS edition, CAST(SERVERPROPERTY(N''''MachineName'''') AS nvarchar(128)) AS machine_name, CAST(SERVERPROPERTY(N''''InstanceName'''') AS nvarchar(128)) AS instance_name, CAST(SERVERPROPERTY(N''''Collation'''') AS nvarchar(128)) AS collation, IS_SRVROLEMEMBER(N''''sysadmin'''') AS is_sysadmin;'' | Out-Host; if it shows every object: is_sysadmin is 1, the step has had its effect' -Undo 'uninstall the instance') {
    # Note: The topology does not recognise an instance with another name (pitfall P21).
    Write-Host 'Install SQL Server on <WitnessSqlFqdn> by the organisation''s own procedure, as it was installed originally: the same version, edition and service pack as before, the instance <ServerInstance of WitnessSqlFqdn> under its old name, the same folders, service accounts, permissions and logins. Open its ports in the firewall (1433, UDP 1434, the instance''s own, and for mirroring 5022, on a witness 7022).'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    Write-Host 'On <ServerInstance of WitnessSqlFqdn> as sql-admin run: sqlcmd ''-S'' ''<ServerInstance of WitnessSqlFqdn>'' ''-E'' ''-b'' ''-x'' ''-Q'' ''SELECT @@SERVERNAME AS server_name, @@VERSION AS version_text, CAST(SERVERPROPERTY(N''''ProductVersion'''') AS nvarchar(128)) AS product_version, CAST(SERVERPROPERTY(N''''ProductLevel'''') AS nvarchar(128)) AS product_level, CAST(SERVERPROPERTY(N''''Edition'''') AS nvarchar(128)) AS edition, CAST(SERVERPROPERTY(N''''MachineName'''') AS nvarchar(128)) AS machine_name, CAST(SERVERPROPERTY(N''''InstanceName'''') AS nvarchar(128)) AS instance_name, CAST(SERVERPROPERTY(N''''Collation'''') AS nvarchar(128)) AS collation, IS_SRVROLEMEMBER(N''''sysadmin'''') AS is_sysadmin;'' | Out-Host'
    Confirm-Check -Question 'Verify: does it show every object: is_sysadmin is 1?'
    # To undo: uninstall the instance
}

# ---- Rebuild the witness server
# Only if What is lost? only the witness (both partners mirror)
# Only if the pool's SQL store is mirrored
if (Test-Step -Id 'wi-bare.5' -Title 'Check that version and edition match the partner: <WitnessSqlFqdn>' -RunOn '<ServerInstance of WitnessSqlFqdn>' -Account 'sql-admin') {
    Confirm-Check -Question 'Before: primary, mirror and witness run the same SQL Server version?'
    Invoke-Shown -Command { sqlcmd '-S' '<ServerInstance of WitnessSqlFqdn>' '-E' '-b' '-x' '-Q' 'SELECT @@SERVERNAME AS server_name, @@VERSION AS version_text, CAST(SERVERPROPERTY(N''ProductVersion'') AS nvarchar(128)) AS product_version, CAST(SERVERPROPERTY(N''ProductLevel'') AS nvarchar(128)) AS product_level, CAST(SERVERPROPERTY(N''Edition'') AS nvarchar(128)) AS edition, CAST(SERVERPROPERTY(N''MachineName'') AS nvarchar(128)) AS machine_name, CAST(SERVERPROPERTY(N''InstanceName'') AS nvarchar(128)) AS instance_name, CAST(SERVERPROPERTY(N''Collation'') AS nvarchar(128)) AS collation, IS_SRVROLEMEMBER(N''sysadmin'') AS is_sysadmin;' | Out-Host }
    Assert-ExitCode -Low 0 -High 0
    Confirm-Check -Question 'Does the answer show every object: is_sysadmin is 1?'
}

# ---- Create the endpoint for the witness
# Only if What is lost? only the witness (both partners mirror)
# Only if for each <ServerFqdn> of sql servers of pool
if (Test-Step -Id 'wi-endpoint' -Title 'Create the endpoint for the witness' -RunOn '<WitnessInstance>' -Account 'sql-admin' -Look 'on <WitnessInstance> run: sqlcmd ''-S'' ''<WitnessInstance>'' ''-E'' ''-b'' ''-x'' ''-Q'' ''SELECT name, state_desc, role_desc FROM sys.database_mirroring_endpoints;'' | Out-Host; if it shows at least one object: state_desc is STARTED and role_desc is WITNESS, the step has had its effect') {
    # Note: The login is the account under which SQL Server runs on the partner; Network Service is the computer's account.
    # Note: Authentication and encryption must agree with the partners' endpoints; port 7022 must be reachable from both.
    # Note: Nothing is created if the instance has a mirroring endpoint already; then the port of that endpoint applies.
    Invoke-Shown -Command { sqlcmd '-S' '<WitnessInstance>' '-E' '-b' '-x' '-Q' 'USE [master];
IF SUSER_ID(N''<ServerAccount>'') IS NULL CREATE LOGIN [<ServerAccount>] FROM WINDOWS;
IF NOT EXISTS (SELECT 1 FROM sys.database_mirroring_endpoints) CREATE ENDPOINT [mirroring_endpoint] STATE = STARTED AS TCP (LISTENER_PORT = 7022) FOR DATABASE_MIRRORING (ROLE = WITNESS);
GRANT CONNECT ON ENDPOINT::[mirroring_endpoint] TO [<ServerAccount>];' | Out-Host }
    Assert-ExitCode -Low 0 -High 0
    Invoke-Shown -Command { sqlcmd '-S' '<WitnessInstance>' '-E' '-b' '-x' '-Q' 'SELECT name, state_desc, role_desc FROM sys.database_mirroring_endpoints;' | Out-Host }
    Confirm-Check -Question 'Verify: does it show at least one object: state_desc is STARTED and role_desc is WITNESS?'
}

# ---- Add the witness to the mirroring sessions again
# Only if What is lost? only the witness (both partners mirror)
# Only if On which side are the databases in role PRINCIPAL at the moment? the primary of the topology
# Only if for each <DatabaseName> of mirrored databases
if (Test-Step -Id 'wi-set' -Title 'Add the witness to the mirroring sessions again' -RunOn '<DatabasePrimary>' -Account 'sql-admin' -Look 'on <DatabasePrimary> run: sqlcmd ''-S'' ''<DatabasePrimary>'' ''-E'' ''-b'' ''-x'' ''-Q'' ''SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL ORDER BY database_id;'' | Out-Host; if it shows at least one object: database_name is <DatabaseName> and mirroring_witness_state_desc is CONNECTED (within 2 min), the step has had its effect' -Undo 'witness-off for the same database') {
    Invoke-Shown -Command { sqlcmd '-S' '<DatabasePrimary>' '-E' '-b' '-x' '-Q' 'SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL ORDER BY database_id;' | Out-Host }
    Confirm-Check -Question 'Before: both partners mirror: does it show at least one object: database_name is <DatabaseName> and mirroring_state_desc is SYNCHRONIZED?'
    Invoke-Shown -Command { sqlcmd '-S' '<DatabasePrimary>' '-E' '-b' '-x' '-Q' 'USE [master];
ALTER DATABASE [<DatabaseName>] SET WITNESS = N''TCP://<WitnessSqlFqdn>:7022'';' | Out-Host }
    Assert-ExitCode -Low 0 -High 0
    Invoke-Shown -Command { sqlcmd '-S' '<DatabasePrimary>' '-E' '-b' '-x' '-Q' 'SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL ORDER BY database_id;' | Out-Host }
    Confirm-Check -Question 'Verify: does it show at least one object: database_name is <DatabaseName> and mirroring_witness_state_desc is CONNECTED (within 2 min)?'
    # To undo: witness-off for the same database
}

# ---- Add the witness to the mirroring sessions again
# Only if What is lost? only the witness (both partners mirror)
# Only if On which side are the databases in role PRINCIPAL at the moment? the mirror of the topology
# Only if for each <DatabaseName> of mirrored databases
if (Test-Step -Id 'wi-set' -Title 'Add the witness to the mirroring sessions again' -RunOn '<DatabaseMirror>' -Account 'sql-admin' -Look 'on <DatabaseMirror> run: sqlcmd ''-S'' ''<DatabaseMirror>'' ''-E'' ''-b'' ''-x'' ''-Q'' ''SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL ORDER BY database_id;'' | Out-Host; if it shows at least one object: database_name is <DatabaseName> and mirroring_witness_state_desc is CONNECTED (within 2 min), the step has had its effect' -Undo 'witness-off for the same database') {
    Invoke-Shown -Command { sqlcmd '-S' '<DatabaseMirror>' '-E' '-b' '-x' '-Q' 'SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL ORDER BY database_id;' | Out-Host }
    Confirm-Check -Question 'Before: both partners mirror: does it show at least one object: database_name is <DatabaseName> and mirroring_state_desc is SYNCHRONIZED?'
    Invoke-Shown -Command { sqlcmd '-S' '<DatabaseMirror>' '-E' '-b' '-x' '-Q' 'USE [master];
ALTER DATABASE [<DatabaseName>] SET WITNESS = N''TCP://<WitnessSqlFqdn>:7022'';' | Out-Host }
    Assert-ExitCode -Low 0 -High 0
    Invoke-Shown -Command { sqlcmd '-S' '<DatabaseMirror>' '-E' '-b' '-x' '-Q' 'SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL ORDER BY database_id;' | Out-Host }
    Confirm-Check -Question 'Verify: does it show at least one object: database_name is <DatabaseName> and mirroring_witness_state_desc is CONNECTED (within 2 min)?'
    # To undo: witness-off for the same database
}

# ---- Try the pool as a user
# Only if a pool that homes users is known, with which the result is tried
# Only if two test accounts of the pool that is tried are recorded
if (Test-Step -Id 'wi-accept.1.1' -Title 'Try it: a test user signs in' -RunOn '<TriedServerFqdn>' -Account 'lync-admin') {
    # Note: The passwords of <TestUser1> and <TestUser2> are asked once and kept in memory only.
    # Note: Each of these tests may be left out with a reason; the report shows result and latency.
    Invoke-Shown -Command { Test-CsRegistration -TargetFqdn '<TriedPoolFqdn>' -UserSipAddress '<TestUser1Sip>' -UserCredential (Get-Credential '<TestUser1>') | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Result is Success?'
}

# ---- Try the pool as a user
# Only if a pool that homes users is known, with which the result is tried
# Only if two test accounts of the pool that is tried are recorded
if (Test-Step -Id 'wi-accept.1.2' -Title 'Try it: an instant message between two test users' -RunOn '<TriedServerFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { Test-CsIM -TargetFqdn '<TriedPoolFqdn>' -SenderSipAddress '<TestUser1Sip>' -SenderCredential (Get-Credential '<TestUser1>') -ReceiverSipAddress '<TestUser2Sip>' -ReceiverCredential (Get-Credential '<TestUser2>') | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Result is Success?'
}

# ---- Try the pool as a user
# Only if a pool that homes users is known, with which the result is tried
# Only if two test accounts of the pool that is tried are recorded
if (Test-Step -Id 'wi-accept.1.3' -Title 'Try it: one test user sees the presence of the other' -RunOn '<TriedServerFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { Test-CsPresence -TargetFqdn '<TriedPoolFqdn>' -PublisherSipAddress '<TestUser1Sip>' -PublisherCredential (Get-Credential '<TestUser1>') -SubscriberSipAddress '<TestUser2Sip>' -SubscriberCredential (Get-Credential '<TestUser2>') | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Result is Success?'
}

# ---- Try the pool as a user
# Only if a pool that homes users is known, with which the result is tried
# Only if two test accounts of the pool that is tried are recorded
if (Test-Step -Id 'wi-accept.1.4' -Title 'Try it: a conference of two test users with messages' -RunOn '<TriedServerFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { Test-CsGroupIM -TargetFqdn '<TriedPoolFqdn>' -SenderSipAddress '<TestUser1Sip>' -SenderCredential (Get-Credential '<TestUser1>') -ReceiverSipAddress '<TestUser2Sip>' -ReceiverCredential (Get-Credential '<TestUser2>') | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Result is Success?'
}

# ---- Try the pool as a user
# Only if a pool that homes users is known, with which the result is tried
# Only if two test accounts of the pool that is tried are recorded
if (Test-Step -Id 'wi-accept.1.5' -Title 'Try it: a test user reaches the Address Book' -RunOn '<TriedServerFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { Test-CsAddressBookService -TargetFqdn '<TriedPoolFqdn>' -UserSipAddress '<TestUser1Sip>' -UserCredential (Get-Credential '<TestUser1>') | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Result is Success?'
}

# ---- Try the pool as a user
# Only if a pool that homes users is known, with which the result is tried
# Only if two test accounts of the pool that is tried are recorded
# Only if the users of the pool that is tried have Persistent Chat
# Only if Persistent Chat of the pool that is tried was not lost with it
if (Test-Step -Id 'wi-accept.1.6' -Title 'Try it: a message in a chat room' -RunOn '<TriedServerFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { Test-CsPersistentChatMessage -TargetFqdn '<TriedPoolFqdn>' -SenderSipAddress '<TestUser1Sip>' -SenderCredential (Get-Credential '<TestUser1>') -ReceiverSipAddress '<TestUser2Sip>' -ReceiverCredential (Get-Credential '<TestUser2>') | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Result is Success?'
}

# ---- Try the pool as a user
# Only if a pool that homes users is known, with which the result is tried
# Only if not: two test accounts of the pool that is tried are recorded
# Only if With whom is the pool tried at the end? a person signs in and tries
if (Test-Step -Id 'wi-accept.2' -Title 'Try it: sign in, send messages, look at contacts' -RunOn '<TriedServerFqdn>' -Account 'lync-admin') {
    # Note: Record two test accounts in the deployment facts; the next restore then tries all this by cmdlets.
    # Note: Only a person sees what the client shows.
    Write-Host 'Sign in to the Lync client as two users of <TriedPoolFqdn>. Look at the contact lists, send an instant message in both directions, start a conference of the two with a third person, search for a name in the Address Book, and write into a chat room where Persistent Chat is deployed. An Edge Server: sign in from outside as well.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
}

# ---- Try the pool as a user
# Only if a pool that homes users is known, with which the result is tried
# Only if not: two test accounts of the pool that is tried are recorded
# Only if With whom is the pool tried at the end? the test accounts of Get-CsHealthMonitoringConfiguration
if (Test-Step -Id 'wi-accept.2.1' -Title 'Try it: a test user signs in' -RunOn '<TriedServerFqdn>' -Account 'lync-admin') {
    # Note: Each of these tests may be left out with a reason; the report shows result and latency.
    Invoke-Shown -Command { Test-CsRegistration -TargetFqdn '<TriedPoolFqdn>' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Result is Success?'
}

# ---- Try the pool as a user
# Only if a pool that homes users is known, with which the result is tried
# Only if not: two test accounts of the pool that is tried are recorded
# Only if With whom is the pool tried at the end? the test accounts of Get-CsHealthMonitoringConfiguration
if (Test-Step -Id 'wi-accept.2.2' -Title 'Try it: an instant message between two test users' -RunOn '<TriedServerFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { Test-CsIM -TargetFqdn '<TriedPoolFqdn>' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Result is Success?'
}

# ---- Try the pool as a user
# Only if a pool that homes users is known, with which the result is tried
# Only if not: two test accounts of the pool that is tried are recorded
# Only if With whom is the pool tried at the end? the test accounts of Get-CsHealthMonitoringConfiguration
if (Test-Step -Id 'wi-accept.2.3' -Title 'Try it: one test user sees the presence of the other' -RunOn '<TriedServerFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { Test-CsPresence -TargetFqdn '<TriedPoolFqdn>' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Result is Success?'
}

# ---- Try the pool as a user
# Only if a pool that homes users is known, with which the result is tried
# Only if not: two test accounts of the pool that is tried are recorded
# Only if With whom is the pool tried at the end? the test accounts of Get-CsHealthMonitoringConfiguration
if (Test-Step -Id 'wi-accept.2.4' -Title 'Try it: a conference of two test users with messages' -RunOn '<TriedServerFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { Test-CsGroupIM -TargetFqdn '<TriedPoolFqdn>' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Result is Success?'
}

# ---- Try the pool as a user
# Only if a pool that homes users is known, with which the result is tried
# Only if not: two test accounts of the pool that is tried are recorded
# Only if With whom is the pool tried at the end? the test accounts of Get-CsHealthMonitoringConfiguration
if (Test-Step -Id 'wi-accept.2.5' -Title 'Try it: a test user reaches the Address Book' -RunOn '<TriedServerFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { Test-CsAddressBookService -TargetFqdn '<TriedPoolFqdn>' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Result is Success?'
}

# ---- Try the pool as a user
# Only if a pool that homes users is known, with which the result is tried
# Only if not: two test accounts of the pool that is tried are recorded
# Only if With whom is the pool tried at the end? the test accounts of Get-CsHealthMonitoringConfiguration
# Only if the users of the pool that is tried have Persistent Chat
# Only if Persistent Chat of the pool that is tried was not lost with it
if (Test-Step -Id 'wi-accept.2.6' -Title 'Try it: a message in a chat room' -RunOn '<TriedServerFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { Test-CsPersistentChatMessage -TargetFqdn '<TriedPoolFqdn>' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Result is Success?'
}

Write-Host 'Afterwards: Where a partner was lost too, go on with restore-primary from mp-tb-unmirror (primary lost) or restore-mirror from mm-bare (mirror lost); with the CMS on a lost primary restore-cms from cms-rescue-export. Run this procedure again, for the witness alone, when both partners mirror again.'
Write-Host 'Afterwards: Look at Get-CsDatabaseMirrorState once more after an hour.'
Complete-Record
} catch {
    Show-Failure -Failure $_
    $script:Ended = $true
    exit 1
} finally {
    Close-Record
}
exit 0
