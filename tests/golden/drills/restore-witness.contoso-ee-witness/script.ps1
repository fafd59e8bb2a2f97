# Re-create the witness (restore-witness)
# Target: pool01.contoso.com. Backup set: 2026-11-22T013000Z_contoso. Plan: sha256:bb96e838696f4f6eb329adaad82a121c575a1e04dc569feffb56a91da491a298
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

$script:Plan = 'sha256:bb96e838696f4f6eb329adaad82a121c575a1e04dc569feffb56a91da491a298'
$script:Steps = @(
    'prepare/prep-decide',
    'prepare/prep-ad',
    'wi-off@rtcab',
    'wi-off@rtcshared',
    'wi-off@rtcxds',
    'wi-off@rgsconfig',
    'wi-off@rgsdyn',
    'wi-off@cpsdyn',
    'wi-off@xds',
    'wi-off@lis',
    'wi-bare.1',
    'wi-bare.2',
    'wi-bare.3',
    'wi-bare.4',
    'wi-bare.5',
    'wi-endpoint@sql01.contoso.com',
    'wi-endpoint@sql02.contoso.com',
    'wi-set@rtcab',
    'wi-set@rtcshared',
    'wi-set@rtcxds',
    'wi-set@rgsconfig',
    'wi-set@rgsdyn',
    'wi-set@cpsdyn',
    'wi-set@xds',
    'wi-set@lis',
    'wi-accept.1.1',
    'wi-accept.1.2',
    'wi-accept.1.3',
    'wi-accept.1.4',
    'wi-accept.1.5',
    'wi-accept.1.6'
)

try {
Open-Record

# ---- Prepare
if (Test-Step -Id 'prepare/prep-decide' -Title 'Decide what to restore: sql03.contoso.com' -RunOn 'pool01.contoso.com' -Account 'lync-admin') {
    # Note: Restore only when troubleshooting has failed; a restore costs downtime and everything since the backup.
    # Note: The person named in the plan decides. Have media, keys, certificates and the worksheets ready before you continue.
    Write-Host 'Decide: Decide what to restore: sql03.contoso.com (restore)'
    [void] (Read-Answer -Question 'Press Enter when it is done')
}

# ---- Prepare
if (Test-Step -Id 'prepare/prep-ad' -Title 'Keep the AD computer account: sql03.contoso.com' -RunOn 'dc01.contoso.com' -Account 'domain-admin' -Look 'on dc01.contoso.com run: Get-ADComputer -Identity ''sql03'' -Properties @(''MemberOf'') | Format-List -Property ''*'' | Out-Host; if it shows every object: Enabled is True; for each of them one object: MemberOf names , the step has had its effect') {
    # Note: Joining with the same name re-uses the account; deleting it loses the group memberships.
    # Note: A server that runs Lync is in groups whose names begin with RTC; compare it with another server of its role.
    # Note: Since October 2022 (KB5020276) only the account's creator or an allowed owner may join with it again.
    Write-Host 'Do not delete the computer account of sql03.contoso.com when Windows is installed again. Have the AD administrator check that the account exists, is enabled, and is still a member of its Lync (RTC) groups; reset it if needed.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    Invoke-Shown -Command { Get-ADComputer -Identity 'sql03' -Properties @('MemberOf') | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Enabled is True; for each of them one object: MemberOf names ?'
}

# ---- Remove the lost witness from the mirroring sessions
if (Test-Step -Id 'wi-off@rtcab' -Title 'Remove the lost witness from the mirroring sessions: rtcab' -RunOn 'sql01.contoso.com\RTC' -Account 'sql-admin' -Look 'on sql01.contoso.com\RTC run: sqlcmd ''-S'' ''sql01.contoso.com\RTC'' ''-E'' ''-b'' ''-x'' ''-Q'' ''SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL ORDER BY database_id;'' | Out-Host; if it shows at least one object: database_name is rtcab and mirroring_state_desc is SYNCHRONIZED and mirroring_witness_name is empty, the step has had its effect' -Undo 'the step wi-set') {
    # Note: A lost witness alone stops nothing, but the next loss then stops the Back End.
    # Note: Do not run Uninstall-CsMirrorDatabase, which Topology Builder suggests; it ends the mirroring altogether.
    Confirm-Harm -Harm 'no automatic failover of rtcab until the witness is set again' -Name 'sql01.contoso.com'
    Invoke-Shown -Command { sqlcmd '-S' 'sql01.contoso.com\RTC' '-E' '-b' '-x' '-Q' 'USE [master];
ALTER DATABASE [rtcab] SET WITNESS OFF;' | Out-Host }
    Assert-ExitCode -Low 0 -High 0
    Invoke-Shown -Command { sqlcmd '-S' 'sql01.contoso.com\RTC' '-E' '-b' '-x' '-Q' 'SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL ORDER BY database_id;' | Out-Host }
    Confirm-Check -Question 'Verify: does it show at least one object: database_name is rtcab and mirroring_state_desc is SYNCHRONIZED and mirroring_witness_name is empty?'
    # To undo: the step wi-set
}

# ---- Remove the lost witness from the mirroring sessions
if (Test-Step -Id 'wi-off@rtcshared' -Title 'Remove the lost witness from the mirroring sessions: rtcshared' -RunOn 'sql01.contoso.com\RTC' -Account 'sql-admin' -Look 'on sql01.contoso.com\RTC run: sqlcmd ''-S'' ''sql01.contoso.com\RTC'' ''-E'' ''-b'' ''-x'' ''-Q'' ''SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL ORDER BY database_id;'' | Out-Host; if it shows at least one object: database_name is rtcshared and mirroring_state_desc is SYNCHRONIZED and mirroring_witness_name is empty, the step has had its effect' -Undo 'the step wi-set') {
    # Note: A lost witness alone stops nothing, but the next loss then stops the Back End.
    # Note: Do not run Uninstall-CsMirrorDatabase, which Topology Builder suggests; it ends the mirroring altogether.
    Confirm-Harm -Harm 'no automatic failover of rtcshared until the witness is set again' -Name 'sql01.contoso.com'
    Invoke-Shown -Command { sqlcmd '-S' 'sql01.contoso.com\RTC' '-E' '-b' '-x' '-Q' 'USE [master];
ALTER DATABASE [rtcshared] SET WITNESS OFF;' | Out-Host }
    Assert-ExitCode -Low 0 -High 0
    Invoke-Shown -Command { sqlcmd '-S' 'sql01.contoso.com\RTC' '-E' '-b' '-x' '-Q' 'SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL ORDER BY database_id;' | Out-Host }
    Confirm-Check -Question 'Verify: does it show at least one object: database_name is rtcshared and mirroring_state_desc is SYNCHRONIZED and mirroring_witness_name is empty?'
    # To undo: the step wi-set
}

# ---- Remove the lost witness from the mirroring sessions
if (Test-Step -Id 'wi-off@rtcxds' -Title 'Remove the lost witness from the mirroring sessions: rtcxds' -RunOn 'sql01.contoso.com\RTC' -Account 'sql-admin' -Look 'on sql01.contoso.com\RTC run: sqlcmd ''-S'' ''sql01.contoso.com\RTC'' ''-E'' ''-b'' ''-x'' ''-Q'' ''SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL ORDER BY database_id;'' | Out-Host; if it shows at least one object: database_name is rtcxds and mirroring_state_desc is SYNCHRONIZED and mirroring_witness_name is empty, the step has had its effect' -Undo 'the step wi-set') {
    # Note: A lost witness alone stops nothing, but the next loss then stops the Back End.
    # Note: Do not run Uninstall-CsMirrorDatabase, which Topology Builder suggests; it ends the mirroring altogether.
    Confirm-Harm -Harm 'no automatic failover of rtcxds until the witness is set again' -Name 'sql01.contoso.com'
    Invoke-Shown -Command { sqlcmd '-S' 'sql01.contoso.com\RTC' '-E' '-b' '-x' '-Q' 'USE [master];
ALTER DATABASE [rtcxds] SET WITNESS OFF;' | Out-Host }
    Assert-ExitCode -Low 0 -High 0
    Invoke-Shown -Command { sqlcmd '-S' 'sql01.contoso.com\RTC' '-E' '-b' '-x' '-Q' 'SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL ORDER BY database_id;' | Out-Host }
    Confirm-Check -Question 'Verify: does it show at least one object: database_name is rtcxds and mirroring_state_desc is SYNCHRONIZED and mirroring_witness_name is empty?'
    # To undo: the step wi-set
}

# ---- Remove the lost witness from the mirroring sessions
if (Test-Step -Id 'wi-off@rgsconfig' -Title 'Remove the lost witness from the mirroring sessions: rgsconfig' -RunOn 'sql01.contoso.com\RTC' -Account 'sql-admin' -Look 'on sql01.contoso.com\RTC run: sqlcmd ''-S'' ''sql01.contoso.com\RTC'' ''-E'' ''-b'' ''-x'' ''-Q'' ''SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL ORDER BY database_id;'' | Out-Host; if it shows at least one object: database_name is rgsconfig and mirroring_state_desc is SYNCHRONIZED and mirroring_witness_name is empty, the step has had its effect' -Undo 'the step wi-set') {
    # Note: A lost witness alone stops nothing, but the next loss then stops the Back End.
    # Note: Do not run Uninstall-CsMirrorDatabase, which Topology Builder suggests; it ends the mirroring altogether.
    Confirm-Harm -Harm 'no automatic failover of rgsconfig until the witness is set again' -Name 'sql01.contoso.com'
    Invoke-Shown -Command { sqlcmd '-S' 'sql01.contoso.com\RTC' '-E' '-b' '-x' '-Q' 'USE [master];
ALTER DATABASE [rgsconfig] SET WITNESS OFF;' | Out-Host }
    Assert-ExitCode -Low 0 -High 0
    Invoke-Shown -Command { sqlcmd '-S' 'sql01.contoso.com\RTC' '-E' '-b' '-x' '-Q' 'SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL ORDER BY database_id;' | Out-Host }
    Confirm-Check -Question 'Verify: does it show at least one object: database_name is rgsconfig and mirroring_state_desc is SYNCHRONIZED and mirroring_witness_name is empty?'
    # To undo: the step wi-set
}

# ---- Remove the lost witness from the mirroring sessions
if (Test-Step -Id 'wi-off@rgsdyn' -Title 'Remove the lost witness from the mirroring sessions: rgsdyn' -RunOn 'sql01.contoso.com\RTC' -Account 'sql-admin' -Look 'on sql01.contoso.com\RTC run: sqlcmd ''-S'' ''sql01.contoso.com\RTC'' ''-E'' ''-b'' ''-x'' ''-Q'' ''SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL ORDER BY database_id;'' | Out-Host; if it shows at least one object: database_name is rgsdyn and mirroring_state_desc is SYNCHRONIZED and mirroring_witness_name is empty, the step has had its effect' -Undo 'the step wi-set') {
    # Note: A lost witness alone stops nothing, but the next loss then stops the Back End.
    # Note: Do not run Uninstall-CsMirrorDatabase, which Topology Builder suggests; it ends the mirroring altogether.
    Confirm-Harm -Harm 'no automatic failover of rgsdyn until the witness is set again' -Name 'sql01.contoso.com'
    Invoke-Shown -Command { sqlcmd '-S' 'sql01.contoso.com\RTC' '-E' '-b' '-x' '-Q' 'USE [master];
ALTER DATABASE [rgsdyn] SET WITNESS OFF;' | Out-Host }
    Assert-ExitCode -Low 0 -High 0
    Invoke-Shown -Command { sqlcmd '-S' 'sql01.contoso.com\RTC' '-E' '-b' '-x' '-Q' 'SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL ORDER BY database_id;' | Out-Host }
    Confirm-Check -Question 'Verify: does it show at least one object: database_name is rgsdyn and mirroring_state_desc is SYNCHRONIZED and mirroring_witness_name is empty?'
    # To undo: the step wi-set
}

# ---- Remove the lost witness from the mirroring sessions
if (Test-Step -Id 'wi-off@cpsdyn' -Title 'Remove the lost witness from the mirroring sessions: cpsdyn' -RunOn 'sql01.contoso.com\RTC' -Account 'sql-admin' -Look 'on sql01.contoso.com\RTC run: sqlcmd ''-S'' ''sql01.contoso.com\RTC'' ''-E'' ''-b'' ''-x'' ''-Q'' ''SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL ORDER BY database_id;'' | Out-Host; if it shows at least one object: database_name is cpsdyn and mirroring_state_desc is SYNCHRONIZED and mirroring_witness_name is empty, the step has had its effect' -Undo 'the step wi-set') {
    # Note: A lost witness alone stops nothing, but the next loss then stops the Back End.
    # Note: Do not run Uninstall-CsMirrorDatabase, which Topology Builder suggests; it ends the mirroring altogether.
    Confirm-Harm -Harm 'no automatic failover of cpsdyn until the witness is set again' -Name 'sql01.contoso.com'
    Invoke-Shown -Command { sqlcmd '-S' 'sql01.contoso.com\RTC' '-E' '-b' '-x' '-Q' 'USE [master];
ALTER DATABASE [cpsdyn] SET WITNESS OFF;' | Out-Host }
    Assert-ExitCode -Low 0 -High 0
    Invoke-Shown -Command { sqlcmd '-S' 'sql01.contoso.com\RTC' '-E' '-b' '-x' '-Q' 'SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL ORDER BY database_id;' | Out-Host }
    Confirm-Check -Question 'Verify: does it show at least one object: database_name is cpsdyn and mirroring_state_desc is SYNCHRONIZED and mirroring_witness_name is empty?'
    # To undo: the step wi-set
}

# ---- Remove the lost witness from the mirroring sessions
if (Test-Step -Id 'wi-off@xds' -Title 'Remove the lost witness from the mirroring sessions: xds' -RunOn 'sql01.contoso.com\RTC' -Account 'sql-admin' -Look 'on sql01.contoso.com\RTC run: sqlcmd ''-S'' ''sql01.contoso.com\RTC'' ''-E'' ''-b'' ''-x'' ''-Q'' ''SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL ORDER BY database_id;'' | Out-Host; if it shows at least one object: database_name is xds and mirroring_state_desc is SYNCHRONIZED and mirroring_witness_name is empty, the step has had its effect' -Undo 'the step wi-set') {
    # Note: A lost witness alone stops nothing, but the next loss then stops the Back End.
    # Note: Do not run Uninstall-CsMirrorDatabase, which Topology Builder suggests; it ends the mirroring altogether.
    Confirm-Harm -Harm 'no automatic failover of xds until the witness is set again' -Name 'sql01.contoso.com'
    Invoke-Shown -Command { sqlcmd '-S' 'sql01.contoso.com\RTC' '-E' '-b' '-x' '-Q' 'USE [master];
ALTER DATABASE [xds] SET WITNESS OFF;' | Out-Host }
    Assert-ExitCode -Low 0 -High 0
    Invoke-Shown -Command { sqlcmd '-S' 'sql01.contoso.com\RTC' '-E' '-b' '-x' '-Q' 'SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL ORDER BY database_id;' | Out-Host }
    Confirm-Check -Question 'Verify: does it show at least one object: database_name is xds and mirroring_state_desc is SYNCHRONIZED and mirroring_witness_name is empty?'
    # To undo: the step wi-set
}

# ---- Remove the lost witness from the mirroring sessions
if (Test-Step -Id 'wi-off@lis' -Title 'Remove the lost witness from the mirroring sessions: lis' -RunOn 'sql01.contoso.com\RTC' -Account 'sql-admin' -Look 'on sql01.contoso.com\RTC run: sqlcmd ''-S'' ''sql01.contoso.com\RTC'' ''-E'' ''-b'' ''-x'' ''-Q'' ''SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL ORDER BY database_id;'' | Out-Host; if it shows at least one object: database_name is lis and mirroring_state_desc is SYNCHRONIZED and mirroring_witness_name is empty, the step has had its effect' -Undo 'the step wi-set') {
    # Note: A lost witness alone stops nothing, but the next loss then stops the Back End.
    # Note: Do not run Uninstall-CsMirrorDatabase, which Topology Builder suggests; it ends the mirroring altogether.
    Confirm-Harm -Harm 'no automatic failover of lis until the witness is set again' -Name 'sql01.contoso.com'
    Invoke-Shown -Command { sqlcmd '-S' 'sql01.contoso.com\RTC' '-E' '-b' '-x' '-Q' 'USE [master];
ALTER DATABASE [lis] SET WITNESS OFF;' | Out-Host }
    Assert-ExitCode -Low 0 -High 0
    Invoke-Shown -Command { sqlcmd '-S' 'sql01.contoso.com\RTC' '-E' '-b' '-x' '-Q' 'SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL ORDER BY database_id;' | Out-Host }
    Confirm-Check -Question 'Verify: does it show at least one object: database_name is lis and mirroring_state_desc is SYNCHRONIZED and mirroring_witness_name is empty?'
    # To undo: the step wi-set
}

# ---- Rebuild the witness server
if (Test-Step -Id 'wi-bare.1' -Title 'Install Windows with the original computer name: sql03.contoso.com' -RunOn 'sql03.contoso.com' -Account 'lync-admin' -Look 'on sql03.contoso.com run: Get-CimInstance -ClassName ''Win32_ComputerSystem'' | Format-List -Property ''*'' | Out-Host; if it shows every object: DNSHostName is sql03 and PartOfDomain is True and Domain is contoso.com, the step has had its effect' -Undo 'none; all data on the disks is lost') {
    Confirm-Check -Question 'Before: sql03.contoso.com does not answer, or does not run its role?'
    Confirm-Harm -Harm 'the disks of the computer that becomes sql03.contoso.com are wiped' -Name 'sql03.contoso.com'
    Write-Host 'Install Windows on the replacement computer with the name sql03.contoso.com: same computer name, same DNS suffix, same IP address and DNS record as before; join the domain with the existing computer account; install the patches; leave the Windows Firewall on.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    Invoke-Shown -Command { Get-CimInstance -ClassName 'Win32_ComputerSystem' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: DNSHostName is sql03 and PartOfDomain is True and Domain is contoso.com?'
    # To undo: none; all data on the disks is lost
}

# ---- Rebuild the witness server
if (Test-Step -Id 'wi-bare.2' -Title 'Check that name and DNS suffix are the original ones: sql03.contoso.com' -RunOn 'sql03.contoso.com' -Account 'lync-admin') {
    Invoke-Shown -Command { Get-ItemProperty -LiteralPath 'HKLM:\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Hostname is sql03 and Domain is contoso.com?'
}

# ---- Rebuild the witness server
if (Test-Step -Id 'wi-bare.3' -Title 'Take a system image: sql03.contoso.com' -RunOn 'sql03.contoso.com' -Account 'lync-admin') {
    Write-Host 'Take an image of the system now, before anything is restored, and check that it can be read. With it you can return to this state.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
}

# ---- Rebuild the witness server
if (Test-Step -Id 'wi-bare.4' -Title 'Install SQL Server with the original configuration: sql03.contoso.com' -RunOn 'sql03.contoso.com' -Account 'lync-admin' -Look 'on sql03.contoso.com\RTC run: sqlcmd ''-S'' ''sql03.contoso.com\RTC'' ''-E'' ''-b'' ''-x'' ''-Q'' ''SELECT @@SERVERNAME AS server_name, @@VERSION AS version_text, CAST(SERVERPROPERTY(N''''ProductVersion'''') AS nvarchar(128)) AS product_version, CAST(SERVERPROPERTY(N''''ProductLevel'''') AS nvarchar(128)) AS product_level, CAST(SERVERPROPERTY(N''''Edition'''') AS nvarchar(128)) AS edition, CAST(SERVERPROPERTY(N''''MachineName'''') AS nvarchar(128)) AS machine_name, CAST(SERVERPROPERTY(N''''InstanceName'''') AS nvarchar(128)) AS instance_name, CAST(SERVERPROPERTY(N''''Collation'''') AS nvarchar(128)) AS collation, IS_SRVROLEMEMBER(N''''sysadmin'''') AS is_sysadmin;'' | Out-Host; if it shows every object: is_sysadmin is 1, the step has had its effect' -Undo 'uninstall the instance') {
    # Note: The topology does not recognise an instance with another name (pitfall P21).
    Write-Host 'Install SQL Server on sql03.contoso.com by the organisation''s own procedure, as it was installed originally: the same version, edition and service pack as before, the instance sql03.contoso.com\RTC under its old name, the same folders, service accounts, permissions and logins. Open its ports in the firewall (1433, UDP 1434, the instance''s own, and for mirroring 5022, on a witness 7022).'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    Write-Host 'On sql03.contoso.com\RTC as sql-admin run: sqlcmd ''-S'' ''sql03.contoso.com\RTC'' ''-E'' ''-b'' ''-x'' ''-Q'' ''SELECT @@SERVERNAME AS server_name, @@VERSION AS version_text, CAST(SERVERPROPERTY(N''''ProductVersion'''') AS nvarchar(128)) AS product_version, CAST(SERVERPROPERTY(N''''ProductLevel'''') AS nvarchar(128)) AS product_level, CAST(SERVERPROPERTY(N''''Edition'''') AS nvarchar(128)) AS edition, CAST(SERVERPROPERTY(N''''MachineName'''') AS nvarchar(128)) AS machine_name, CAST(SERVERPROPERTY(N''''InstanceName'''') AS nvarchar(128)) AS instance_name, CAST(SERVERPROPERTY(N''''Collation'''') AS nvarchar(128)) AS collation, IS_SRVROLEMEMBER(N''''sysadmin'''') AS is_sysadmin;'' | Out-Host'
    Confirm-Check -Question 'Verify: does it show every object: is_sysadmin is 1?'
    # To undo: uninstall the instance
}

# ---- Rebuild the witness server
if (Test-Step -Id 'wi-bare.5' -Title 'Check that version and edition match the partner: sql03.contoso.com' -RunOn 'sql03.contoso.com\RTC' -Account 'sql-admin') {
    Confirm-Check -Question 'Before: primary, mirror and witness run the same SQL Server version?'
    Invoke-Shown -Command { sqlcmd '-S' 'sql03.contoso.com\RTC' '-E' '-b' '-x' '-Q' 'SELECT @@SERVERNAME AS server_name, @@VERSION AS version_text, CAST(SERVERPROPERTY(N''ProductVersion'') AS nvarchar(128)) AS product_version, CAST(SERVERPROPERTY(N''ProductLevel'') AS nvarchar(128)) AS product_level, CAST(SERVERPROPERTY(N''Edition'') AS nvarchar(128)) AS edition, CAST(SERVERPROPERTY(N''MachineName'') AS nvarchar(128)) AS machine_name, CAST(SERVERPROPERTY(N''InstanceName'') AS nvarchar(128)) AS instance_name, CAST(SERVERPROPERTY(N''Collation'') AS nvarchar(128)) AS collation, IS_SRVROLEMEMBER(N''sysadmin'') AS is_sysadmin;' | Out-Host }
    Assert-ExitCode -Low 0 -High 0
    Confirm-Check -Question 'Does the answer show every object: is_sysadmin is 1?'
}

# ---- Create the endpoint for the witness
if (Test-Step -Id 'wi-endpoint@sql01.contoso.com' -Title 'Create the endpoint for the witness: sql01.contoso.com' -RunOn 'sql03.contoso.com\RTC' -Account 'sql-admin' -Look 'on sql03.contoso.com\RTC run: sqlcmd ''-S'' ''sql03.contoso.com\RTC'' ''-E'' ''-b'' ''-x'' ''-Q'' ''SELECT name, state_desc, role_desc FROM sys.database_mirroring_endpoints;'' | Out-Host; if it shows at least one object: state_desc is STARTED and role_desc is WITNESS, the step has had its effect') {
    # Note: The login is the account under which SQL Server runs on the partner; Network Service is the computer's account.
    # Note: Authentication and encryption must agree with the partners' endpoints; port 7022 must be reachable from both.
    # Note: Nothing is created if the instance has a mirroring endpoint already; then the port of that endpoint applies.
    Confirm-Check -Question 'Before: every SQL instance of the plan answers and accepts the account?'
    Confirm-Check -Question 'Before: the instances are of a fitting version?'
    Confirm-Check -Question 'Before: mirroring endpoints are started?'
    Confirm-Check -Question 'Before: every instance has its old name?'
    Invoke-Shown -Command { sqlcmd '-S' 'sql03.contoso.com\RTC' '-E' '-b' '-x' '-Q' 'USE [master];
IF SUSER_ID(N''CONTOSO\SQL01$'') IS NULL CREATE LOGIN [CONTOSO\SQL01$] FROM WINDOWS;
IF NOT EXISTS (SELECT 1 FROM sys.database_mirroring_endpoints) CREATE ENDPOINT [mirroring_endpoint] STATE = STARTED AS TCP (LISTENER_PORT = 7022) FOR DATABASE_MIRRORING (ROLE = WITNESS);
GRANT CONNECT ON ENDPOINT::[mirroring_endpoint] TO [CONTOSO\SQL01$];' | Out-Host }
    Assert-ExitCode -Low 0 -High 0
    Invoke-Shown -Command { sqlcmd '-S' 'sql03.contoso.com\RTC' '-E' '-b' '-x' '-Q' 'SELECT name, state_desc, role_desc FROM sys.database_mirroring_endpoints;' | Out-Host }
    Confirm-Check -Question 'Verify: does it show at least one object: state_desc is STARTED and role_desc is WITNESS?'
}

# ---- Create the endpoint for the witness
if (Test-Step -Id 'wi-endpoint@sql02.contoso.com' -Title 'Create the endpoint for the witness: sql02.contoso.com' -RunOn 'sql03.contoso.com\RTC' -Account 'sql-admin' -Look 'on sql03.contoso.com\RTC run: sqlcmd ''-S'' ''sql03.contoso.com\RTC'' ''-E'' ''-b'' ''-x'' ''-Q'' ''SELECT name, state_desc, role_desc FROM sys.database_mirroring_endpoints;'' | Out-Host; if it shows at least one object: state_desc is STARTED and role_desc is WITNESS, the step has had its effect') {
    # Note: The login is the account under which SQL Server runs on the partner; Network Service is the computer's account.
    # Note: Authentication and encryption must agree with the partners' endpoints; port 7022 must be reachable from both.
    # Note: Nothing is created if the instance has a mirroring endpoint already; then the port of that endpoint applies.
    Invoke-Shown -Command { sqlcmd '-S' 'sql03.contoso.com\RTC' '-E' '-b' '-x' '-Q' 'USE [master];
IF SUSER_ID(N''CONTOSO\SQL02$'') IS NULL CREATE LOGIN [CONTOSO\SQL02$] FROM WINDOWS;
IF NOT EXISTS (SELECT 1 FROM sys.database_mirroring_endpoints) CREATE ENDPOINT [mirroring_endpoint] STATE = STARTED AS TCP (LISTENER_PORT = 7022) FOR DATABASE_MIRRORING (ROLE = WITNESS);
GRANT CONNECT ON ENDPOINT::[mirroring_endpoint] TO [CONTOSO\SQL02$];' | Out-Host }
    Assert-ExitCode -Low 0 -High 0
    Invoke-Shown -Command { sqlcmd '-S' 'sql03.contoso.com\RTC' '-E' '-b' '-x' '-Q' 'SELECT name, state_desc, role_desc FROM sys.database_mirroring_endpoints;' | Out-Host }
    Confirm-Check -Question 'Verify: does it show at least one object: state_desc is STARTED and role_desc is WITNESS?'
}

# ---- Add the witness to the mirroring sessions again
if (Test-Step -Id 'wi-set@rtcab' -Title 'Add the witness to the mirroring sessions again: rtcab' -RunOn 'sql01.contoso.com\RTC' -Account 'sql-admin' -Look 'on sql01.contoso.com\RTC run: sqlcmd ''-S'' ''sql01.contoso.com\RTC'' ''-E'' ''-b'' ''-x'' ''-Q'' ''SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL ORDER BY database_id;'' | Out-Host; if it shows at least one object: database_name is rtcab and mirroring_witness_state_desc is CONNECTED (within 2 min), the step has had its effect' -Undo 'witness-off for the same database') {
    Invoke-Shown -Command { sqlcmd '-S' 'sql01.contoso.com\RTC' '-E' '-b' '-x' '-Q' 'SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL ORDER BY database_id;' | Out-Host }
    Confirm-Check -Question 'Before: both partners mirror: does it show at least one object: database_name is rtcab and mirroring_state_desc is SYNCHRONIZED?'
    Invoke-Shown -Command { sqlcmd '-S' 'sql01.contoso.com\RTC' '-E' '-b' '-x' '-Q' 'USE [master];
ALTER DATABASE [rtcab] SET WITNESS = N''TCP://sql03.contoso.com:7022'';' | Out-Host }
    Assert-ExitCode -Low 0 -High 0
    Invoke-Shown -Command { sqlcmd '-S' 'sql01.contoso.com\RTC' '-E' '-b' '-x' '-Q' 'SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL ORDER BY database_id;' | Out-Host }
    Confirm-Check -Question 'Verify: does it show at least one object: database_name is rtcab and mirroring_witness_state_desc is CONNECTED (within 2 min)?'
    # To undo: witness-off for the same database
}

# ---- Add the witness to the mirroring sessions again
if (Test-Step -Id 'wi-set@rtcshared' -Title 'Add the witness to the mirroring sessions again: rtcshared' -RunOn 'sql01.contoso.com\RTC' -Account 'sql-admin' -Look 'on sql01.contoso.com\RTC run: sqlcmd ''-S'' ''sql01.contoso.com\RTC'' ''-E'' ''-b'' ''-x'' ''-Q'' ''SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL ORDER BY database_id;'' | Out-Host; if it shows at least one object: database_name is rtcshared and mirroring_witness_state_desc is CONNECTED (within 2 min), the step has had its effect' -Undo 'witness-off for the same database') {
    Invoke-Shown -Command { sqlcmd '-S' 'sql01.contoso.com\RTC' '-E' '-b' '-x' '-Q' 'SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL ORDER BY database_id;' | Out-Host }
    Confirm-Check -Question 'Before: both partners mirror: does it show at least one object: database_name is rtcshared and mirroring_state_desc is SYNCHRONIZED?'
    Invoke-Shown -Command { sqlcmd '-S' 'sql01.contoso.com\RTC' '-E' '-b' '-x' '-Q' 'USE [master];
ALTER DATABASE [rtcshared] SET WITNESS = N''TCP://sql03.contoso.com:7022'';' | Out-Host }
    Assert-ExitCode -Low 0 -High 0
    Invoke-Shown -Command { sqlcmd '-S' 'sql01.contoso.com\RTC' '-E' '-b' '-x' '-Q' 'SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL ORDER BY database_id;' | Out-Host }
    Confirm-Check -Question 'Verify: does it show at least one object: database_name is rtcshared and mirroring_witness_state_desc is CONNECTED (within 2 min)?'
    # To undo: witness-off for the same database
}

# ---- Add the witness to the mirroring sessions again
if (Test-Step -Id 'wi-set@rtcxds' -Title 'Add the witness to the mirroring sessions again: rtcxds' -RunOn 'sql01.contoso.com\RTC' -Account 'sql-admin' -Look 'on sql01.contoso.com\RTC run: sqlcmd ''-S'' ''sql01.contoso.com\RTC'' ''-E'' ''-b'' ''-x'' ''-Q'' ''SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL ORDER BY database_id;'' | Out-Host; if it shows at least one object: database_name is rtcxds and mirroring_witness_state_desc is CONNECTED (within 2 min), the step has had its effect' -Undo 'witness-off for the same database') {
    Invoke-Shown -Command { sqlcmd '-S' 'sql01.contoso.com\RTC' '-E' '-b' '-x' '-Q' 'SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL ORDER BY database_id;' | Out-Host }
    Confirm-Check -Question 'Before: both partners mirror: does it show at least one object: database_name is rtcxds and mirroring_state_desc is SYNCHRONIZED?'
    Invoke-Shown -Command { sqlcmd '-S' 'sql01.contoso.com\RTC' '-E' '-b' '-x' '-Q' 'USE [master];
ALTER DATABASE [rtcxds] SET WITNESS = N''TCP://sql03.contoso.com:7022'';' | Out-Host }
    Assert-ExitCode -Low 0 -High 0
    Invoke-Shown -Command { sqlcmd '-S' 'sql01.contoso.com\RTC' '-E' '-b' '-x' '-Q' 'SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL ORDER BY database_id;' | Out-Host }
    Confirm-Check -Question 'Verify: does it show at least one object: database_name is rtcxds and mirroring_witness_state_desc is CONNECTED (within 2 min)?'
    # To undo: witness-off for the same database
}

# ---- Add the witness to the mirroring sessions again
if (Test-Step -Id 'wi-set@rgsconfig' -Title 'Add the witness to the mirroring sessions again: rgsconfig' -RunOn 'sql01.contoso.com\RTC' -Account 'sql-admin' -Look 'on sql01.contoso.com\RTC run: sqlcmd ''-S'' ''sql01.contoso.com\RTC'' ''-E'' ''-b'' ''-x'' ''-Q'' ''SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL ORDER BY database_id;'' | Out-Host; if it shows at least one object: database_name is rgsconfig and mirroring_witness_state_desc is CONNECTED (within 2 min), the step has had its effect' -Undo 'witness-off for the same database') {
    Invoke-Shown -Command { sqlcmd '-S' 'sql01.contoso.com\RTC' '-E' '-b' '-x' '-Q' 'SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL ORDER BY database_id;' | Out-Host }
    Confirm-Check -Question 'Before: both partners mirror: does it show at least one object: database_name is rgsconfig and mirroring_state_desc is SYNCHRONIZED?'
    Invoke-Shown -Command { sqlcmd '-S' 'sql01.contoso.com\RTC' '-E' '-b' '-x' '-Q' 'USE [master];
ALTER DATABASE [rgsconfig] SET WITNESS = N''TCP://sql03.contoso.com:7022'';' | Out-Host }
    Assert-ExitCode -Low 0 -High 0
    Invoke-Shown -Command { sqlcmd '-S' 'sql01.contoso.com\RTC' '-E' '-b' '-x' '-Q' 'SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL ORDER BY database_id;' | Out-Host }
    Confirm-Check -Question 'Verify: does it show at least one object: database_name is rgsconfig and mirroring_witness_state_desc is CONNECTED (within 2 min)?'
    # To undo: witness-off for the same database
}

# ---- Add the witness to the mirroring sessions again
if (Test-Step -Id 'wi-set@rgsdyn' -Title 'Add the witness to the mirroring sessions again: rgsdyn' -RunOn 'sql01.contoso.com\RTC' -Account 'sql-admin' -Look 'on sql01.contoso.com\RTC run: sqlcmd ''-S'' ''sql01.contoso.com\RTC'' ''-E'' ''-b'' ''-x'' ''-Q'' ''SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL ORDER BY database_id;'' | Out-Host; if it shows at least one object: database_name is rgsdyn and mirroring_witness_state_desc is CONNECTED (within 2 min), the step has had its effect' -Undo 'witness-off for the same database') {
    Invoke-Shown -Command { sqlcmd '-S' 'sql01.contoso.com\RTC' '-E' '-b' '-x' '-Q' 'SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL ORDER BY database_id;' | Out-Host }
    Confirm-Check -Question 'Before: both partners mirror: does it show at least one object: database_name is rgsdyn and mirroring_state_desc is SYNCHRONIZED?'
    Invoke-Shown -Command { sqlcmd '-S' 'sql01.contoso.com\RTC' '-E' '-b' '-x' '-Q' 'USE [master];
ALTER DATABASE [rgsdyn] SET WITNESS = N''TCP://sql03.contoso.com:7022'';' | Out-Host }
    Assert-ExitCode -Low 0 -High 0
    Invoke-Shown -Command { sqlcmd '-S' 'sql01.contoso.com\RTC' '-E' '-b' '-x' '-Q' 'SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL ORDER BY database_id;' | Out-Host }
    Confirm-Check -Question 'Verify: does it show at least one object: database_name is rgsdyn and mirroring_witness_state_desc is CONNECTED (within 2 min)?'
    # To undo: witness-off for the same database
}

# ---- Add the witness to the mirroring sessions again
if (Test-Step -Id 'wi-set@cpsdyn' -Title 'Add the witness to the mirroring sessions again: cpsdyn' -RunOn 'sql01.contoso.com\RTC' -Account 'sql-admin' -Look 'on sql01.contoso.com\RTC run: sqlcmd ''-S'' ''sql01.contoso.com\RTC'' ''-E'' ''-b'' ''-x'' ''-Q'' ''SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL ORDER BY database_id;'' | Out-Host; if it shows at least one object: database_name is cpsdyn and mirroring_witness_state_desc is CONNECTED (within 2 min), the step has had its effect' -Undo 'witness-off for the same database') {
    Invoke-Shown -Command { sqlcmd '-S' 'sql01.contoso.com\RTC' '-E' '-b' '-x' '-Q' 'SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL ORDER BY database_id;' | Out-Host }
    Confirm-Check -Question 'Before: both partners mirror: does it show at least one object: database_name is cpsdyn and mirroring_state_desc is SYNCHRONIZED?'
    Invoke-Shown -Command { sqlcmd '-S' 'sql01.contoso.com\RTC' '-E' '-b' '-x' '-Q' 'USE [master];
ALTER DATABASE [cpsdyn] SET WITNESS = N''TCP://sql03.contoso.com:7022'';' | Out-Host }
    Assert-ExitCode -Low 0 -High 0
    Invoke-Shown -Command { sqlcmd '-S' 'sql01.contoso.com\RTC' '-E' '-b' '-x' '-Q' 'SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL ORDER BY database_id;' | Out-Host }
    Confirm-Check -Question 'Verify: does it show at least one object: database_name is cpsdyn and mirroring_witness_state_desc is CONNECTED (within 2 min)?'
    # To undo: witness-off for the same database
}

# ---- Add the witness to the mirroring sessions again
if (Test-Step -Id 'wi-set@xds' -Title 'Add the witness to the mirroring sessions again: xds' -RunOn 'sql01.contoso.com\RTC' -Account 'sql-admin' -Look 'on sql01.contoso.com\RTC run: sqlcmd ''-S'' ''sql01.contoso.com\RTC'' ''-E'' ''-b'' ''-x'' ''-Q'' ''SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL ORDER BY database_id;'' | Out-Host; if it shows at least one object: database_name is xds and mirroring_witness_state_desc is CONNECTED (within 2 min), the step has had its effect' -Undo 'witness-off for the same database') {
    Invoke-Shown -Command { sqlcmd '-S' 'sql01.contoso.com\RTC' '-E' '-b' '-x' '-Q' 'SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL ORDER BY database_id;' | Out-Host }
    Confirm-Check -Question 'Before: both partners mirror: does it show at least one object: database_name is xds and mirroring_state_desc is SYNCHRONIZED?'
    Invoke-Shown -Command { sqlcmd '-S' 'sql01.contoso.com\RTC' '-E' '-b' '-x' '-Q' 'USE [master];
ALTER DATABASE [xds] SET WITNESS = N''TCP://sql03.contoso.com:7022'';' | Out-Host }
    Assert-ExitCode -Low 0 -High 0
    Invoke-Shown -Command { sqlcmd '-S' 'sql01.contoso.com\RTC' '-E' '-b' '-x' '-Q' 'SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL ORDER BY database_id;' | Out-Host }
    Confirm-Check -Question 'Verify: does it show at least one object: database_name is xds and mirroring_witness_state_desc is CONNECTED (within 2 min)?'
    # To undo: witness-off for the same database
}

# ---- Add the witness to the mirroring sessions again
if (Test-Step -Id 'wi-set@lis' -Title 'Add the witness to the mirroring sessions again: lis' -RunOn 'sql01.contoso.com\RTC' -Account 'sql-admin' -Look 'on sql01.contoso.com\RTC run: sqlcmd ''-S'' ''sql01.contoso.com\RTC'' ''-E'' ''-b'' ''-x'' ''-Q'' ''SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL ORDER BY database_id;'' | Out-Host; if it shows at least one object: database_name is lis and mirroring_witness_state_desc is CONNECTED (within 2 min), the step has had its effect' -Undo 'witness-off for the same database') {
    Invoke-Shown -Command { sqlcmd '-S' 'sql01.contoso.com\RTC' '-E' '-b' '-x' '-Q' 'SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL ORDER BY database_id;' | Out-Host }
    Confirm-Check -Question 'Before: both partners mirror: does it show at least one object: database_name is lis and mirroring_state_desc is SYNCHRONIZED?'
    Invoke-Shown -Command { sqlcmd '-S' 'sql01.contoso.com\RTC' '-E' '-b' '-x' '-Q' 'USE [master];
ALTER DATABASE [lis] SET WITNESS = N''TCP://sql03.contoso.com:7022'';' | Out-Host }
    Assert-ExitCode -Low 0 -High 0
    Invoke-Shown -Command { sqlcmd '-S' 'sql01.contoso.com\RTC' '-E' '-b' '-x' '-Q' 'SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL ORDER BY database_id;' | Out-Host }
    Confirm-Check -Question 'Verify: does it show at least one object: database_name is lis and mirroring_witness_state_desc is CONNECTED (within 2 min)?'
    # To undo: witness-off for the same database
}

# ---- Try the pool as a user
if (Test-Step -Id 'wi-accept.1.1' -Title 'Try it: a test user signs in' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    # Note: The passwords of CONTOSO\support01 and CONTOSO\support02 are asked once and kept in memory only.
    # Note: Each of these tests may be left out with a reason; the report shows result and latency.
    Confirm-Check -Question 'Before: every cmdlet and parameter of the plan exists there?'
    Invoke-Shown -Command { Test-CsRegistration -TargetFqdn 'pool01.contoso.com' -UserSipAddress 'sip:support01@contoso.com' -UserCredential (Get-Credential 'CONTOSO\support01') | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Result is Success?'
}

# ---- Try the pool as a user
if (Test-Step -Id 'wi-accept.1.2' -Title 'Try it: an instant message between two test users' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Invoke-Shown -Command { Test-CsIM -TargetFqdn 'pool01.contoso.com' -SenderSipAddress 'sip:support01@contoso.com' -SenderCredential (Get-Credential 'CONTOSO\support01') -ReceiverSipAddress 'sip:support02@contoso.com' -ReceiverCredential (Get-Credential 'CONTOSO\support02') | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Result is Success?'
}

# ---- Try the pool as a user
if (Test-Step -Id 'wi-accept.1.3' -Title 'Try it: one test user sees the presence of the other' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Invoke-Shown -Command { Test-CsPresence -TargetFqdn 'pool01.contoso.com' -PublisherSipAddress 'sip:support01@contoso.com' -PublisherCredential (Get-Credential 'CONTOSO\support01') -SubscriberSipAddress 'sip:support02@contoso.com' -SubscriberCredential (Get-Credential 'CONTOSO\support02') | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Result is Success?'
}

# ---- Try the pool as a user
if (Test-Step -Id 'wi-accept.1.4' -Title 'Try it: a conference of two test users with messages' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Invoke-Shown -Command { Test-CsGroupIM -TargetFqdn 'pool01.contoso.com' -SenderSipAddress 'sip:support01@contoso.com' -SenderCredential (Get-Credential 'CONTOSO\support01') -ReceiverSipAddress 'sip:support02@contoso.com' -ReceiverCredential (Get-Credential 'CONTOSO\support02') | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Result is Success?'
}

# ---- Try the pool as a user
if (Test-Step -Id 'wi-accept.1.5' -Title 'Try it: a test user reaches the Address Book' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Invoke-Shown -Command { Test-CsAddressBookService -TargetFqdn 'pool01.contoso.com' -UserSipAddress 'sip:support01@contoso.com' -UserCredential (Get-Credential 'CONTOSO\support01') | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Result is Success?'
}

# ---- Try the pool as a user
if (Test-Step -Id 'wi-accept.1.6' -Title 'Try it: a message in a chat room' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Invoke-Shown -Command { Test-CsPersistentChatMessage -TargetFqdn 'pool01.contoso.com' -SenderSipAddress 'sip:support01@contoso.com' -SenderCredential (Get-Credential 'CONTOSO\support01') -ReceiverSipAddress 'sip:support02@contoso.com' -ReceiverCredential (Get-Credential 'CONTOSO\support02') | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Result is Success?'
}

# Left out: Witness and one partner lost: end mirroring on the surviving server: lost primary was not chosen
# Left out: Witness and one partner lost: end mirroring on the surviving server: lost mirror was not chosen
# Left out: Try it without recorded test accounts: two test accounts of the pool that is tried are recorded
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
