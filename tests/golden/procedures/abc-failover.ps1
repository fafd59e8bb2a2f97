# Replace a lost pool by a new one (abc-failover)
# After: Front End pool ABC failover procedure in Lync Server 2013
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

$script:Plan = 'abc-failover'
$script:Steps = @(
    'abc-decide',
    'abc-01-cms',
    'cms-failover/cf-undo.1',
    'cms-failover/cf-undo.2',
    'cms-failover/cf-find.1',
    'cms-failover/cf-find.2',
    'cms-failover/cf-relation',
    'cms-failover/cf-status',
    'cms-failover/cf-export.1',
    'cms-failover/cf-export.2',
    'cms-failover/cf-export.3',
    'cms-failover/cf-export.4',
    'cms-failover/cf-export.5',
    'cms-failover/cf-export.6',
    'cms-failover/cf-principal',
    'cms-failover/cf-failover.1',
    'cms-failover/cf-failover.2',
    'cms-failover/cf-move.1',
    'cms-failover/cf-move.2',
    'cms-failover/cf-move.3',
    'cms-failover/cf-move.4',
    'cms-failover/cf-move.5',
    'cms-failover/cf-check.1',
    'cms-failover/cf-check.2',
    'cms-failover/cf-check.3',
    'cms-failover/cf-restart.1',
    'cms-failover/cf-restart.2',
    'cms-failover/cf-replicas',
    'cms-failover/cf-lis.1',
    'cms-failover/cf-lis.2',
    'cms-failover/cf-lis.3',
    'cms-failover/cf-lis.4',
    'cms-failover/cf-lis.5',
    'cms-failover/cf-lis.6',
    'abc-04-rgs.1',
    'abc-04-rgs.2',
    'abc-04-rgs.3',
    'abc-04-rgs.4',
    'abc-04-rgs.5',
    'abc-04-rgs.6',
    'abc-04-rgs.7',
    'abc-06-announce.1',
    'abc-06-announce.2',
    'abc-06-announce.3',
    'abc-06-announce.4',
    'abc-06-announce.5',
    'abc-07-edge.1',
    'abc-07-edge.2',
    'abc-07-failover',
    'abc-08-build',
    'abc-09-save.1',
    'abc-09-save.2',
    'abc-09-save.3',
    'abc-09-save.4',
    'abc-09-save.5',
    'abc-09-users.1',
    'abc-09-users.2',
    'abc-09-users.3',
    'abc-09-users.4',
    'abc-09-users.5',
    'abc-10-confdir.1',
    'abc-10-confdir.2',
    'abc-10-confdir.3',
    'abc-11-caa.1',
    'abc-11-caa.2',
    'abc-11-caa-hand',
    'abc-12-content',
    'abc-13-userdata.1',
    'abc-13-userdata.2',
    'abc-13-userdata.3',
    'abc-13-userdata.4',
    'abc-14a-orbits.1',
    'abc-14b-park.1',
    'abc-14b-park.2',
    'abc-15a-pchat',
    'abc-15b-start.1',
    'abc-15b-start.2',
    'abc-15b-start.3',
    'abc-16-rgs.1',
    'abc-16-rgs.2',
    'abc-16-rgs.3',
    'abc-16-rgs.4',
    'abc-16-rgs.5',
    'abc-16-rgs.6',
    'abc-19-rgs-remove.1',
    'abc-19-rgs-remove.2',
    'abc-20-announce.1',
    'abc-20-announce.2',
    'abc-20-announce.3',
    'abc-20-announce.4',
    'abc-20-announce.5',
    'abc-20c-clean',
    'abc-21-cleanup',
    'abc-22-topology.1',
    'abc-22-topology.2',
    'abc-23-bootstrap.1',
    'abc-23-bootstrap.2',
    'abc-23-bootstrap.3',
    'abc-24-restart.1',
    'abc-24-restart.2',
    'abc-25-cmsdb',
    'abc-26-sync.1',
    'abc-26-sync.2',
    'abc-27-sba.1',
    'abc-27-sba.2',
    'abc-27-sba.3',
    'abc-27-sba.4',
    'abc-27-sba.5',
    'abc-27-sba.6',
    'abc-27-sba.7',
    'abc-accept.1.1',
    'abc-accept.1.2',
    'abc-accept.1.3',
    'abc-accept.1.4',
    'abc-accept.1.5',
    'abc-accept.1.6',
    'abc-accept.2',
    'abc-accept.2.1',
    'abc-accept.2.2',
    'abc-accept.2.3',
    'abc-accept.2.4',
    'abc-accept.2.5',
    'abc-accept.2.6'
)

# Replace each of these everywhere in this file (editor, Replace All); double any apostrophe.
$values = @(
    '<ServingServerFqdn>',
    '<FailedPoolServerFqdn>',
    '<FailedPoolFqdn>',
    '<RescueSet>',
    '<RescueSetName>',
    '<ServingPoolFqdn>',
    '<ServingSqlFqdn>',
    '<DomainControllerFqdn>',
    '<FrontEndFqdn>',
    '<ServingInstance>',
    '<BackupSet:Locations>',
    '<Run:local-folder>',
    '<BackupSet:Rgs>',
    '<BackupSet:Rgs:name>',
    '<ShellOfPhase>',
    '<PoolOfPhase>',
    '<AnnouncementName>',
    '<UnassignedRange>',
    '<EdgePoolFqdn>',
    '<EdgeServerFqdn>',
    '<PoolAFqdn>',
    '<PoolBFqdn>',
    '<PoolCFqdn>',
    '<ConferenceDirectoryId>',
    '<CaaUri>',
    '<OrbitIdentity>',
    '<ServerFqdn>',
    '<SbaFqdn>',
    '<TriedServerFqdn>',
    '<TriedPoolFqdn>',
    '<TestUser1Sip>',
    '<TestUser2Sip>'
)
if ($values -match '^<.*>$') {
    throw ('Fill in first: {0}' -f (($values -match '^<.*>$') -join ', '))
}
# Decide first: Does the pool still work? yes / no, it is lost
# Decide first: What was lost? the pool alone, or nothing / everything at its site
# Decide first: How is the next hop of an Edge pool changed? Set-CsEdgeServer / in Topology Builder
# Decide first: Take pool A's Response Group settings along to pool B? no, B keeps its own / yes, they replace B's
# Decide first: Take pool B's Response Group settings along to pool C? yes / no, C keeps its own
# Decide first: Does the partner hold a standby of the store? yes, the pools are paired / no, it is moved from its exports
# Decide first: Does the store say that it is being moved to another location? no, or nothing was tried yet / yes
# Decide first: With whom is the pool tried at the end? a person signs in and tries / the test accounts of Get-CsHealthMonitoringConfiguration

try {
Open-Record

# ---- Decide to replace the pool
if (Test-Step -Id 'abc-decide' -Title 'Decide to replace the pool' -RunOn '<ServingServerFqdn>' -Account 'lync-admin') {
    # Note: Pool A is <PoolAFqdn>, its partner B is <PoolBFqdn>, the new pool C is <PoolCFqdn> with worksheets of its own.
    Write-Host 'Decide: Decide to replace the pool (replace it)'
    [void] (Read-Answer -Question 'Press Enter when it is done')
}

# ---- Does pool A host the Central Management store?
if (Test-Step -Id 'abc-01-cms' -Title 'Does pool A host the Central Management store?' -RunOn '<ServingServerFqdn>' -Account 'lync-admin') {
    # Note: Get-CsService -CentralManagement; the active one has Active True. Where that is A, steps 2 and 3 follow; the plan goes by the worksheets.
    Write-Host 'Decide: Does pool A host the Central Management store? (the plan is right)'
    [void] (Read-Answer -Question 'Press Enter when it is done')
}

# ---- Fail the Central Management store over to B
# Only if the pool hosts the active Central Management store
# Only if Does the store say that it is being moved to another location? yes
if (Test-Step -Id 'cms-failover/cf-undo.1' -Title 'Which store is in use' -RunOn '<ServingServerFqdn>' -Account 'lync-admin') {
    # Note: The next step runs on a server of the pool whose SQL Server this names; here that is <FailedPoolFqdn>.
    Invoke-Shown -Command { Get-CsManagementConnection | Format-List -Property '*' | Out-Host }
}

# ---- Fail the Central Management store over to B
# Only if the pool hosts the active Central Management store
# Only if Does the store say that it is being moved to another location? yes
if (Test-Step -Id 'cms-failover/cf-undo.2' -Title 'Undo the unfinished failover' -RunOn '<FailedPoolServerFqdn>' -Account 'lync-admin' -Look 'on <FailedPoolServerFqdn> run: Get-CsManagementStoreReplicationStatus -CentralManagementStoreStatus | Format-List -Property ''*'' | Out-Host; if it shows every object: ActiveMasterFqdn is not empty (within 5 min), the step has had its effect' -Undo 'Invoke-CsManagementServerFailover, once the store has settled') {
    # Note: Only where a server of that pool still runs; where it is lost, go on with the failover itself.
    Confirm-Harm -Harm 'gives up the failover that was begun and makes <FailedPoolFqdn> the active master again' -Name '<FailedPoolFqdn>'
    Invoke-Shown -Command { Invoke-CsManagementServerFailover -Restore -Confirm:$false -Verbose | Out-Host }
    Invoke-Shown -Command { Get-CsManagementStoreReplicationStatus -CentralManagementStoreStatus | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: ActiveMasterFqdn is not empty (within 5 min)?'
    # To undo: Invoke-CsManagementServerFailover, once the store has settled
}

# ---- Fail the Central Management store over to B
# Only if the pool hosts the active Central Management store
# Only if Does the pool still work? yes
if (Test-Step -Id 'cms-failover/cf-find.1' -Title 'Which pool is the master' -RunOn '<ServingServerFqdn>' -Account 'lync-admin') {
    # Note: Of a pair two objects come back; the master is the one with Active True. The other is the standby, and a pool that only holds the standby needs no failover of the store.
    # Note: Invoke-CsManagementServerFailover -WhatIf prints the same as text; without the switch it acts, so it is not used here.
    Invoke-Shown -Command { Get-CsService -CentralManagement | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show at least one object: PoolFqdn is the host <FailedPoolFqdn> and Active is True?'
}

# ---- Fail the Central Management store over to B
# Only if the pool hosts the active Central Management store
# Only if Does the pool still work? no, it is lost
if (Test-Step -Id 'cms-failover/cf-find.2' -Title 'Confirm that the store is lost or was on the failed pool' -RunOn '<ServingServerFqdn>' -Account 'lync-admin') {
    # Note: Get-CsManagementStoreReplicationStatus -CentralManagementStoreStatus; an empty ActiveMasterFqdn means that the store is not available.
    # Note: Get-CsService -CentralManagement; the master is the object with Active True. Where that is another pool that works, do not go on.
    Write-Host 'Decide: Confirm that the store is lost or was on the failed pool (fail it over)'
    [void] (Read-Answer -Question 'Press Enter when it is done')
}

# ---- Fail the Central Management store over to B
# Only if the pool hosts the active Central Management store
# Only if Does the partner hold a standby of the store? yes, the pools are paired
if (Test-Step -Id 'cms-failover/cf-relation' -Title 'Which pool is the backup pool?' -RunOn '<ServingServerFqdn>' -Account 'lync-admin') {
    # Note: Look for <ServingPoolFqdn> in the answer; the local replica answers even if the store is down.
    Invoke-Shown -Command { Get-CsPoolBackupRelationship -PoolFqdn '<FailedPoolFqdn>' -LocalStore | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show the number of objects is at least 1?'
}

# ---- Fail the Central Management store over to B
# Only if the pool hosts the active Central Management store
# Only if Does the pool still work? yes
if (Test-Step -Id 'cms-failover/cf-status' -Title 'Does the store work, and is every change replicated?' -RunOn '<ServingServerFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { Get-CsManagementStoreReplicationStatus -CentralManagementStoreStatus | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: ActiveMasterFqdn is not empty and ActiveFileTransferAgents is not empty?'
}

# ---- Fail the Central Management store over to B
# Only if the pool hosts the active Central Management store
# Only if Does the partner hold a standby of the store? yes, the pools are paired
if (Test-Step -Id 'cms-failover/cf-export.1' -Title 'Create a new folder for what this failover saves' -RunOn '<ServingServerFqdn>' -Account 'lync-admin' -Look 'on <ServingServerFqdn> run: Test-Path -LiteralPath ''<RescueSet>'' | Out-Host; if it shows every object: the value is True, the step has had its effect') {
    # Note: A finished backup set is never written to; what is made now has a set and a manifest of its own.
    Invoke-Shown -Command { New-Item -ItemType 'Directory' -Path '<RescueSet>' -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Test-Path -LiteralPath '<RescueSet>' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: the value is True?'
}

# ---- Fail the Central Management store over to B
# Only if the pool hosts the active Central Management store
# Only if Does the partner hold a standby of the store? yes, the pools are paired
if (Test-Step -Id 'cms-failover/cf-export.2' -Title 'Create the local folder' -RunOn '<ServingServerFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { New-Item -ItemType 'Directory' -Path 'C:\Rescue\<RescueSetName>' -Force -Confirm:$false | Out-Host }
}

# ---- Fail the Central Management store over to B
# Only if the pool hosts the active Central Management store
# Only if Does the partner hold a standby of the store? yes, the pools are paired
# Only if Does the pool still work? yes
if (Test-Step -Id 'cms-failover/cf-export.3' -Title 'Export the configuration' -RunOn '<ServingServerFqdn>' -Account 'lync-admin' -Look 'on <ServingServerFqdn> run: Get-Item -LiteralPath ''C:\Rescue\<RescueSetName>\Config.zip'' | Format-List -Property ''*'' | Out-Host; if it shows every object: LastWriteTime is another than what it was just before this step and Length is not 0, the step has had its effect') {
    # Note: A failover that reports success can leave no master at all; then this export is the way back.
    Invoke-Shown -Command { Test-Path -LiteralPath 'C:\Rescue\<RescueSetName>\Config.zip' | Out-Host }
    Confirm-Check -Question 'Before: there is no such file yet; rename what an earlier try left: does it show every object: the value is False?'
    Invoke-Shown -Command { Export-CsConfiguration -FileName 'C:\Rescue\<RescueSetName>\Config.zip' | Out-Host }
    Invoke-Shown -Command { Get-Item -LiteralPath 'C:\Rescue\<RescueSetName>\Config.zip' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: LastWriteTime is another than what it was just before this step and Length is not 0?'
}

# ---- Fail the Central Management store over to B
# Only if the pool hosts the active Central Management store
# Only if Does the partner hold a standby of the store? yes, the pools are paired
# Only if Does the pool still work? yes
if (Test-Step -Id 'cms-failover/cf-export.4' -Title 'Export the location information' -RunOn '<ServingServerFqdn>' -Account 'lync-admin' -Look 'on <ServingServerFqdn> run: Get-Item -LiteralPath ''C:\Rescue\<RescueSetName>\E911Config.zip'' | Format-List -Property ''*'' | Out-Host; if it shows every object: LastWriteTime is another than what it was just before this step and Length is not 0, the step has had its effect') {
    Invoke-Shown -Command { Export-CsLisConfiguration -FileName 'C:\Rescue\<RescueSetName>\E911Config.zip' | Out-Host }
    Invoke-Shown -Command { Get-Item -LiteralPath 'C:\Rescue\<RescueSetName>\E911Config.zip' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: LastWriteTime is another than what it was just before this step and Length is not 0?'
}

# ---- Fail the Central Management store over to B
# Only if the pool hosts the active Central Management store
# Only if Does the partner hold a standby of the store? yes, the pools are paired
# Only if Does the pool still work? no, it is lost
if (Test-Step -Id 'cms-failover/cf-export.5' -Title 'Export the configuration from the replica of a server that runs' -RunOn '<ServingServerFqdn>' -Account 'lync-admin' -Look 'on <ServingServerFqdn> run: Get-Item -LiteralPath ''C:\Rescue\<RescueSetName>\Config.zip'' | Format-List -Property ''*'' | Out-Host; if it shows every object: LastWriteTime is another than what it was just before this step and Length is not 0, the step has had its effect') {
    # Note: It has two minutes. Where it does not answer, skip it with the reason; the newest verified backup set has the rest.
    # Note: Location information cannot be exported while the store is down; the backup set has it.
    Invoke-Shown -Command { Test-Path -LiteralPath 'C:\Rescue\<RescueSetName>\Config.zip' | Out-Host }
    Confirm-Check -Question 'Before: there is no such file yet; rename what an earlier try left: does it show every object: the value is False?'
    Invoke-Shown -Command { Export-CsConfiguration -FileName 'C:\Rescue\<RescueSetName>\Config.zip' -LocalStore | Out-Host }
    Invoke-Shown -Command { Get-Item -LiteralPath 'C:\Rescue\<RescueSetName>\Config.zip' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: LastWriteTime is another than what it was just before this step and Length is not 0?'
}

# ---- Fail the Central Management store over to B
# Only if the pool hosts the active Central Management store
# Only if Does the partner hold a standby of the store? yes, the pools are paired
if (Test-Step -Id 'cms-failover/cf-export.6' -Title 'Copy the files into the set' -RunOn '<ServingServerFqdn>' -Account 'lync-admin' -Look 'on <ServingServerFqdn> run: Get-ChildItem -LiteralPath ''<RescueSet>'' -Recurse -File | Measure-Object | Format-List -Property ''*'' | Out-Host; if it shows every object: Count is at least the Files that the step reads first, the step has had its effect') {
    Invoke-Shown -Command { Get-ChildItem -LiteralPath 'C:\Rescue\<RescueSetName>' -Recurse -File | Measure-Object | Format-List -Property '*' | Out-Host }
    $Read_Files = Read-Value -Question 'Count (from <ServingServerFqdn>)'
    Invoke-Shown -Command { robocopy 'C:\Rescue\<RescueSetName>' '<RescueSet>' '/E' '/COPY:DATSO' '/DCOPY:T' '/R:2' '/W:5' | Out-Host }
    Assert-ExitCode -Low 0 -High 7
    Invoke-Shown -Command { Get-ChildItem -LiteralPath '<RescueSet>' -Recurse -File | Measure-Object | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question ('Verify: does it show every object: Count is at least <Read:Files>?'.Replace('<Read:Files>', ($Read_Files -join ', ')))
}

# ---- Fail the Central Management store over to B
# Only if the pool hosts the active Central Management store
# Only if Does the partner hold a standby of the store? yes, the pools are paired
# Only if the Back End of the backup pool is mirrored
if (Test-Step -Id 'cms-failover/cf-principal' -Title 'Which Back End Server of the backup pool is principal?' -RunOn '<ServingServerFqdn>' -Account 'lync-admin') {
    # Note: The mirror parameters are given because the standby is mirrored, whichever side is principal.
    Invoke-Shown -Command { Get-CsDatabaseMirrorState -DatabaseType 'CentralMgmt' -PoolFqdn '<ServingPoolFqdn>' -LocalStore | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show the number of objects is at least 1?'
}

# ---- Fail the Central Management store over to B
# Only if the pool hosts the active Central Management store
# Only if Does the partner hold a standby of the store? yes, the pools are paired
# Only if Does the pool still work? yes
if (Test-Step -Id 'cms-failover/cf-failover.1' -Title 'Fail the store over, waiting for replication' -RunOn '<ServingServerFqdn>' -Account 'lync-admin' -Look 'on <ServingServerFqdn> run: Get-CsManagementStoreReplicationStatus -CentralManagementStoreStatus | Format-List -Property ''*'' | Out-Host; if it shows every object: ActiveMasterFqdn is one of <ServingNames> (within 10 min), the step has had its effect' -Undo 'Invoke-CsManagementServerFailover in the other direction, once the store has settled') {
    # Note: Without -Force; that is for a store that is gone, and ignores what was not replicated.
    Confirm-Check -Question 'Before: configuration and locations are exported and can be read?'
    Confirm-Check -Question 'Before: the database of the partner is in Backup mode?'
    Confirm-Harm -Harm 'makes the standby in <ServingPoolFqdn> the active master and sets the present one read-only' -Name '<FailedPoolFqdn>'
    Invoke-Shown -Command { Invoke-CsManagementServerFailover -Confirm:$false -Verbose | Out-Host }
    Invoke-Shown -Command { Get-CsManagementStoreReplicationStatus -CentralManagementStoreStatus | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: ActiveMasterFqdn is one of <ServingNames> (within 10 min)?'
    # To undo: Invoke-CsManagementServerFailover in the other direction, once the store has settled
}

# ---- Fail the Central Management store over to B
# Only if the pool hosts the active Central Management store
# Only if Does the partner hold a standby of the store? yes, the pools are paired
# Only if Does the pool still work? no, it is lost
if (Test-Step -Id 'cms-failover/cf-failover.2' -Title 'Fail the store over without the lost pool' -RunOn '<ServingServerFqdn>' -Account 'lync-admin' -Look 'on <ServingServerFqdn> run: Get-CsManagementStoreReplicationStatus -CentralManagementStoreStatus | Format-List -Property ''*'' | Out-Host; if it shows every object: ActiveMasterFqdn is one of <ServingNames> (within 10 min), the step has had its effect' -Undo 'none; the lost pool becomes the standby when it returns') {
    # Note: The target can only be the database that the topology names as standby; of a Standard Edition pair it is the instance rtc of the server itself.
    # Note: Where it says that the store is being moved to another location, plan again with store-state moving.
    Confirm-Check -Question 'Before: what is left of the configuration is saved?'
    Confirm-Check -Question 'Before: the database of the partner is in Backup mode?'
    Confirm-Harm -Harm 'makes the standby in <ServingPoolFqdn> the active master; up to five minutes of changes are lost' -Name '<FailedPoolFqdn>'
    Invoke-Shown -Command { Invoke-CsManagementServerFailover -BackupSqlServerFqdn '<ServingSqlFqdn>' -BackupSqlInstanceName '<ServingSqlInstance>' -BackupMirrorSqlServerFqdn '<ServingMirrorSqlFqdn>' -BackupMirrorSqlInstanceName '<ServingMirrorSqlInstance>' -Force -Confirm:$false -Verbose | Out-Host }
    Invoke-Shown -Command { Get-CsManagementStoreReplicationStatus -CentralManagementStoreStatus | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: ActiveMasterFqdn is one of <ServingNames> (within 10 min)?'
    # To undo: none; the lost pool becomes the standby when it returns
}

# ---- Fail the Central Management store over to B
# Only if the pool hosts the active Central Management store
# Only if Does the partner hold a standby of the store? no, it is moved from its exports
if (Test-Step -Id 'cms-failover/cf-move.1' -Title 'Create the database of the store, if it is not there' -RunOn '<ServingServerFqdn>' -Account 'lync-admin' -Look 'on <ServingServerFqdn> run: Test-CsDatabase -CentralManagementDatabase -SqlServerFqdn ''<ServingSqlFqdn>'' -SqlInstanceName ''<ServingSqlInstance>'' | Format-List -Property ''*'' | Out-Host; if it shows every object: Succeed is True, the step has had its effect') {
    # Note: Without -Clean, which the topic prints; with an empty target it adds nothing, with a full one it deletes.
    # Note: A Standard Edition target needs Prepare first Standard Edition server of the Deployment Wizard as well; it opens SQL Server Express to the other servers.
    Invoke-Shown -Command { Install-CsDatabase -CentralManagementDatabase -SqlServerFqdn '<ServingSqlFqdn>' -SqlInstanceName '<ServingSqlInstance>' -Confirm:$false -Verbose | Out-Host }
    Invoke-Shown -Command { Test-CsDatabase -CentralManagementDatabase -SqlServerFqdn '<ServingSqlFqdn>' -SqlInstanceName '<ServingSqlInstance>' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Succeed is True?'
}

# ---- Fail the Central Management store over to B
# Only if the pool hosts the active Central Management store
# Only if Does the partner hold a standby of the store? no, it is moved from its exports
# Only if a domain controller is recorded
if (Test-Step -Id 'cms-failover/cf-move.2' -Title 'Let the new servers write to the replicas' -RunOn '<DomainControllerFqdn>' -Account 'domain-admin') {
    # Note: The group's members in Active Directory; replication stands still without them.
    Write-Host 'In Active Directory add the computer accounts of <ServingServers> to the group RTCUniversalConfigReplicator, wait for AD replication, and restart the servers where they were not members before.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
}

# ---- Fail the Central Management store over to B
# Only if the pool hosts the active Central Management store
# Only if Does the partner hold a standby of the store? no, it is moved from its exports
# Only if Does the pool still work? yes
if (Test-Step -Id 'cms-failover/cf-move.3' -Title 'Move the store, in an elevated shell on the server itself' -RunOn '<ServingServerFqdn>' -Account 'lync-admin' -Look 'on <ServingServerFqdn> run: Get-CsManagementStoreReplicationStatus -CentralManagementStoreStatus | Format-List -Property ''*'' | Out-Host; if it shows every object: ActiveMasterFqdn is one of <ServingNames> (within 10 min), the step has had its effect' -Undo 'run it again on the old pool, which cancels the move') {
    # Note: The cmdlet refuses a remote session and needs an elevated shell, so the wizard only checks what came of it.
    # Note: Foreign objects of the topology (trusted application pools, meeting-room portals) have stopped it halfway; list them with Get-CsTrustedApplicationPool first.
    # Note: Where it stops, cure the cause and run it again, here or on the old pool, never on both.
    Write-Host 'Log on to <ServingServerFqdn>, open Lync Server Management Shell with Run as administrator. Enable-CsTopology must succeed there first. Run Move-CsManagementServer, compare Proposed State with the plan, and confirm.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    Invoke-Shown -Command { Get-CsManagementStoreReplicationStatus -CentralManagementStoreStatus | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: ActiveMasterFqdn is one of <ServingNames> (within 10 min)?'
    # To undo: run it again on the old pool, which cancels the move
}

# ---- Fail the Central Management store over to B
# Only if the pool hosts the active Central Management store
# Only if Does the partner hold a standby of the store? no, it is moved from its exports
# Only if Does the pool still work? no, it is lost
if (Test-Step -Id 'cms-failover/cf-move.3' -Title 'Move the store, in an elevated shell on the server itself' -RunOn '<ServingServerFqdn>' -Account 'lync-admin' -Look 'on <ServingServerFqdn> run: Get-CsManagementStoreReplicationStatus -CentralManagementStoreStatus | Format-List -Property ''*'' | Out-Host; if it shows every object: ActiveMasterFqdn is one of <ServingNames> (within 10 min), the step has had its effect' -Undo 'run it again on the old pool, which cancels the move') {
    # Note: The cmdlet refuses a remote session and needs an elevated shell, so the wizard only checks what came of it.
    # Note: Foreign objects of the topology (trusted application pools, meeting-room portals) have stopped it halfway; list them with Get-CsTrustedApplicationPool first.
    # Note: Where it stops, cure the cause and run it again, here or on the old pool, never on both.
    Confirm-Harm -Harm 'the store comes from the export; changes made since then are lost' -Name '<FailedPoolFqdn>'
    Write-Host 'Log on to <ServingServerFqdn>, open Lync Server Management Shell with Run as administrator. Put the newest Config.zip and, with E9-1-1, E911Config.zip into C:\Restore. Run Move-CsManagementServer -ConfigurationFileName C:\Restore\Config.zip -LisConfigurationFileName C:\Restore\E911Config.zip -Force (without the second file where E9-1-1 is not used), compare Proposed State with the plan, and confirm.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    Invoke-Shown -Command { Get-CsManagementStoreReplicationStatus -CentralManagementStoreStatus | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: ActiveMasterFqdn is one of <ServingNames> (within 10 min)?'
    # To undo: run it again on the old pool, which cancels the move
}

# ---- Fail the Central Management store over to B
# Only if the pool hosts the active Central Management store
# Only if Does the partner hold a standby of the store? no, it is moved from its exports
if (Test-Step -Id 'cms-failover/cf-move.4' -Title 'Enable the topology' -RunOn '<ServingServerFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { Enable-CsTopology -Confirm:$false | Out-Host }
}

# ---- Fail the Central Management store over to B
# Only if the pool hosts the active Central Management store
# Only if Does the partner hold a standby of the store? no, it is moved from its exports
# Only if for each <FrontEndFqdn> of front ends of partner
if (Test-Step -Id 'cms-failover/cf-move.5' -Title 'Run setup on every computer that the move listed' -RunOn '<ServingServerFqdn>' -Account 'lync-admin' -Look 'on <ServingServerFqdn> run: Get-CsWindowsService -ComputerName ''<FrontEndFqdn>'' | Where-Object -Property ''Name'' -Value @(''MASTER'', ''FTA'') -In | Format-List -Property ''*'' | Out-Host; if it shows every object: Name is one of MASTER, FTA, the step has had its effect') {
    Write-Host 'On <FrontEndFqdn>, as local administrator, run Bootstrapper.exe /Setup from the folder Deployment of the product; also on every other computer that the move listed, and on servers of the old pool when they return.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    Invoke-Shown -Command { Get-CsWindowsService -ComputerName '<FrontEndFqdn>' | Where-Object -Property 'Name' -Value @('MASTER', 'FTA') -In | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Name is one of MASTER, FTA?'
}

# ---- Fail the Central Management store over to B
# Only if the pool hosts the active Central Management store
if (Test-Step -Id 'cms-failover/cf-check.1' -Title 'Master and file transfer agents' -RunOn '<ServingServerFqdn>' -Account 'lync-admin' -Look 'on <ServingServerFqdn> run: Get-CsManagementStoreReplicationStatus -CentralManagementStoreStatus | Format-List -Property ''*'' | Out-Host; if it shows every object: ActiveMasterFqdn is one of <ServingNames> and ActiveFileTransferAgents is not empty (within 10 min), the step has had its effect') {
    Invoke-Shown -Command { Get-CsManagementStoreReplicationStatus -CentralManagementStoreStatus | Format-List -Property '*' | Out-Host }
    Invoke-Shown -Command { Get-CsManagementStoreReplicationStatus -CentralManagementStoreStatus | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: ActiveMasterFqdn is one of <ServingNames> and ActiveFileTransferAgents is not empty (within 10 min)?'
}

# ---- Fail the Central Management store over to B
# Only if the pool hosts the active Central Management store
if (Test-Step -Id 'cms-failover/cf-check.2' -Title 'The database of the new master says that it is in use' -RunOn '<ServingInstance>' -Account 'sql-admin' -Look 'on <ServingInstance> run: sqlcmd ''-S'' ''<ServingInstance>'' ''-E'' ''-b'' ''-x'' ''-Q'' ''SELECT [Value] FROM [xds].[dbo].[DbConfigInt] WHERE [Name] = N''''CurrentState'''';'' | Out-Host; if it shows every object: Value is 0 (within 5 min), the step has had its effect') {
    # Note: 0 is in use, 3 is standby (Backup mode); anything else is in transition. Never write this value.
    Invoke-Shown -Command { sqlcmd '-S' '<ServingInstance>' '-E' '-b' '-x' '-Q' 'SELECT [Value] FROM [xds].[dbo].[DbConfigInt] WHERE [Name] = N''CurrentState'';' | Out-Host }
    Assert-ExitCode -Low 0 -High 0
    Invoke-Shown -Command { sqlcmd '-S' '<ServingInstance>' '-E' '-b' '-x' '-Q' 'SELECT [Value] FROM [xds].[dbo].[DbConfigInt] WHERE [Name] = N''CurrentState'';' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Value is 0 (within 5 min)?'
}

# ---- Fail the Central Management store over to B
# Only if the pool hosts the active Central Management store
if (Test-Step -Id 'cms-failover/cf-check.3' -Title 'Active Directory points to the new master' -RunOn '<ServingServerFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { Get-CsConfigurationStoreLocation | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show at least one object: BackEndServer contains <ServingSqlFqdn>?'
}

# ---- Fail the Central Management store over to B
# Only if the pool hosts the active Central Management store
# Only if for each <FrontEndFqdn> of front ends of partner
if (Test-Step -Id 'cms-failover/cf-restart.1' -Title 'Stop MASTER, REPLICA, FTA and LYNCBACKUP' -RunOn '<ServingServerFqdn>' -Account 'lync-admin' -Look 'on <ServingServerFqdn> run: Get-CsWindowsService -ComputerName ''<FrontEndFqdn>'' | Where-Object -Property ''Name'' -Value @(''MASTER'', ''REPLICA'', ''FTA'', ''LYNCBACKUP'') -In | Format-List -Property ''*'' | Out-Host; if it shows every object: Status is Stopped (within 5 min), the step has had its effect' -Undo 'Start-CsWindowsService -ComputerName <FrontEndFqdn>') {
    # Note: Users are not affected; configuration is not replicated meanwhile.
    Invoke-Shown -Command { Get-CsWindowsService -ComputerName '<FrontEndFqdn>' | Where-Object -Property 'Name' -Value @('MASTER', 'REPLICA', 'FTA', 'LYNCBACKUP') -In | Stop-CsWindowsService -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-CsWindowsService -ComputerName '<FrontEndFqdn>' | Where-Object -Property 'Name' -Value @('MASTER', 'REPLICA', 'FTA', 'LYNCBACKUP') -In | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Status is Stopped (within 5 min)?'
    # To undo: Start-CsWindowsService -ComputerName <FrontEndFqdn>
}

# ---- Fail the Central Management store over to B
# Only if the pool hosts the active Central Management store
# Only if for each <FrontEndFqdn> of front ends of partner
if (Test-Step -Id 'cms-failover/cf-restart.2' -Title 'Start them again' -RunOn '<ServingServerFqdn>' -Account 'lync-admin' -Look 'on <ServingServerFqdn> run: Get-CsWindowsService -ComputerName ''<FrontEndFqdn>'' | Where-Object -Property ''Name'' -Value @(''MASTER'', ''REPLICA'', ''FTA'', ''LYNCBACKUP'') -In | Format-List -Property ''*'' | Out-Host; if it shows every object: Status is Running (within 10 min), the step has had its effect') {
    # Note: A master that refuses to start means that no pool is master. Users go on working; do not improvise. Restore the store from the export of this failover with restore-cms.
    Invoke-Shown -Command { Get-CsWindowsService -ComputerName '<FrontEndFqdn>' | Where-Object -Property 'Name' -Value @('MASTER', 'REPLICA', 'FTA', 'LYNCBACKUP') -In | Start-CsWindowsService -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-CsWindowsService -ComputerName '<FrontEndFqdn>' | Where-Object -Property 'Name' -Value @('MASTER', 'REPLICA', 'FTA', 'LYNCBACKUP') -In | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Status is Running (within 10 min)?'
}

# ---- Fail the Central Management store over to B
# Only if the pool hosts the active Central Management store
if (Test-Step -Id 'cms-failover/cf-replicas' -Title 'Is every server that runs up to date?' -RunOn '<ServingServerFqdn>' -Account 'lync-admin' -Look 'on <ServingServerFqdn> run: Get-CsManagementStoreReplicationStatus | Where-Object -Property ''UpToDate'' -Value $true -EQ | Format-List -Property ''*'' | Out-Host; if it shows for each of them one object: ReplicaFqdn is <RunningReplicas> (within 30 min), the step has had its effect') {
    # Note: Servers of a lost pool, and of an Edge pool that is recorded as cold, stay False and are not waited for.
    # Note: Until this is true, no second failover of the store is begun.
    Invoke-Shown -Command { Get-CsManagementStoreReplicationStatus | Format-List -Property '*' | Out-Host }
    Invoke-Shown -Command { Get-CsManagementStoreReplicationStatus | Where-Object -Property 'UpToDate' -Value $true -EQ | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show for each of them one object: ReplicaFqdn is <RunningReplicas> (within 30 min)?'
}

# ---- Import A's location information into B
# Only if the pool hosts the active Central Management store
# Only if E9-1-1 location information is in use
# Only if Does the partner hold a standby of the store? yes, the pools are paired
# Only if Does the pool still work? no, it is lost
# Only if the set holds the location information
if (Test-Step -Id 'cms-failover/cf-lis.1' -Title 'Copy the export to the server and check it' -RunOn '<ServingServerFqdn>' -Account 'lync-admin' -Look 'on <ServingServerFqdn> run: certutil ''-hashfile'' ''<Run:local-folder>\E911Config.zip'' ''SHA256'' | Out-Host; if it shows at least one object: the value contains <BackupSet:Locations:sha256>, the step has had its effect') {
    Invoke-Shown -Command { New-Item -ItemType 'Directory' -Path '<Run:local-folder>' -Force | Out-Host }
    Invoke-Shown -Command { Copy-Item -LiteralPath '<BackupSet:Locations>' -Destination '<Run:local-folder>\E911Config.zip' | Out-Host }
    Invoke-Shown -Command { certutil '-hashfile' '<Run:local-folder>\E911Config.zip' 'SHA256' | Out-Host }
    Confirm-Check -Question 'Verify: does it show at least one object: the value contains <BackupSet:Locations:sha256>?'
}

# ---- Import A's location information into B
# Only if the pool hosts the active Central Management store
# Only if E9-1-1 location information is in use
# Only if Does the partner hold a standby of the store? yes, the pools are paired
# Only if Does the pool still work? yes
if (Test-Step -Id 'cms-failover/cf-lis.2' -Title 'Import the location information that was exported before the failover' -RunOn '<ServingServerFqdn>' -Account 'lync-admin' -Look 'on <ServingServerFqdn> run: Export-CsLisConfiguration -FileName ''C:\Rescue\<RescueSetName>\E911Config-again.zip''; Get-Item -LiteralPath @(''C:\Rescue\<RescueSetName>\E911Config-again.zip'', ''C:\Rescue\<RescueSetName>\E911Config.zip'') | Out-Host; if it shows in the new export all that the imported one holds, the step has had its effect' -Undo 'none') {
    # Note: The Backup Service does not carry locations; a planned failover leaves them behind as well.
    Confirm-Harm -Harm 'the locations of <ServingPoolFqdn> become those of the export' -Name '<ServingPoolFqdn>'
    Invoke-Shown -Command { Import-CsLisConfiguration -FileName 'C:\Rescue\<RescueSetName>\E911Config.zip' | Out-Host }
    Invoke-Shown -Command { Export-CsLisConfiguration -FileName 'C:\Rescue\<RescueSetName>\E911Config-again.zip'; Get-Item -LiteralPath @('C:\Rescue\<RescueSetName>\E911Config-again.zip', 'C:\Rescue\<RescueSetName>\E911Config.zip') | Out-Host }
    Confirm-Check -Question 'Verify: does it show in the new export all that the imported one holds?'
    # To undo: none
}

# ---- Import A's location information into B
# Only if the pool hosts the active Central Management store
# Only if E9-1-1 location information is in use
# Only if Does the partner hold a standby of the store? yes, the pools are paired
# Only if Does the pool still work? no, it is lost
# Only if the set holds the location information
if (Test-Step -Id 'cms-failover/cf-lis.3' -Title 'Import the location information' -RunOn '<ServingServerFqdn>' -Account 'lync-admin' -Look 'on <ServingServerFqdn> run: Get-CsLisLocation | Out-Host; if it shows the number of objects is at least <BackupSet:Locations:locations>, the step has had its effect' -Undo 'none') {
    # Note: Only because the store was failed over: its location database was not copied to the partner. Where the store stayed where it is, nothing is lost, and an import would bring back old data.
    Confirm-Harm -Harm 'records changed since the backup return to the old value; those added later stay' -Name '<ServingPoolFqdn>'
    Invoke-Shown -Command { Import-CsLisConfiguration -FileName '<Run:local-folder>\E911Config.zip' | Out-Host }
    Invoke-Shown -Command { Get-CsLisLocation | Out-Host }
    Confirm-Check -Question 'Verify: does it show the number of objects is at least <BackupSet:Locations:locations>?'
    # To undo: none
}

# ---- Import A's location information into B
# Only if the pool hosts the active Central Management store
# Only if E9-1-1 location information is in use
# Only if Does the partner hold a standby of the store? yes, the pools are paired
# Only if Does the pool still work? yes
if (Test-Step -Id 'cms-failover/cf-lis.4' -Title 'Publish the location information that was exported' -RunOn '<ServingServerFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { Publish-CsLisConfiguration -Confirm:$false | Out-Host }
}

# ---- Import A's location information into B
# Only if the pool hosts the active Central Management store
# Only if E9-1-1 location information is in use
# Only if Does the partner hold a standby of the store? yes, the pools are paired
# Only if Does the pool still work? no, it is lost
# Only if the set holds the location information
if (Test-Step -Id 'cms-failover/cf-lis.5' -Title 'Publish the location information' -RunOn '<ServingServerFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { Publish-CsLisConfiguration -Confirm:$false | Out-Host }
}

# ---- Import A's location information into B
# Only if the pool hosts the active Central Management store
# Only if E9-1-1 location information is in use
# Only if Does the partner hold a standby of the store? yes, the pools are paired
# Only if Does the pool still work? no, it is lost
# Only if not: the set holds the location information
if (Test-Step -Id 'cms-failover/cf-lis.6' -Title 'Find the newest copy of the location information' -RunOn '<ServingServerFqdn>' -Account 'lync-admin' -Look 'on <ServingServerFqdn> run: Get-CsLisLocation | Out-Host; if it shows the number of objects is at least 1, the step has had its effect') {
    Write-Host 'The plan has no backup set with location information. Look for the newest export (E911Config.zip), import it on <ServingServerFqdn> with Import-CsLisConfiguration, then run Publish-CsLisConfiguration.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    Invoke-Shown -Command { Get-CsLisLocation | Out-Host }
    Confirm-Check -Question 'Verify: does it show the number of objects is at least 1?'
}

# ---- Import A's Response Groups into B
# Only if Response Group is deployed on the pool, or the set holds its export
# Only if the set holds this pool's Response Groups
# Only if not: the Backup Service carries Response Groups, so nothing is imported
if (Test-Step -Id 'abc-04-rgs.1' -Title 'Copy the export to the server and check it' -RunOn '<ServingServerFqdn>' -Account 'lync-admin' -Look 'on <ServingServerFqdn> run: certutil ''-hashfile'' ''<Run:local-folder>\Rgs\<BackupSet:Rgs:name>'' ''SHA256'' | Out-Host; if it shows at least one object: the value contains <BackupSet:Rgs:sha256>, the step has had its effect') {
    Invoke-Shown -Command { New-Item -ItemType 'Directory' -Path '<Run:local-folder>\Rgs' -Force | Out-Host }
    Invoke-Shown -Command { Copy-Item -LiteralPath '<BackupSet:Rgs>' -Destination '<Run:local-folder>\Rgs\<BackupSet:Rgs:name>' | Out-Host }
    Invoke-Shown -Command { certutil '-hashfile' '<Run:local-folder>\Rgs\<BackupSet:Rgs:name>' 'SHA256' | Out-Host }
    Confirm-Check -Question 'Verify: does it show at least one object: the value contains <BackupSet:Rgs:sha256>?'
}

# ---- Import A's Response Groups into B
# Only if Response Group is deployed on the pool, or the set holds its export
# Only if the set holds this pool's Response Groups
# Only if not: the Backup Service carries Response Groups, so nothing is imported
# Only if Take pool A's Response Group settings along to pool B? no, B keeps its own
if (Test-Step -Id 'abc-04-rgs.2' -Title 'Import the Response Groups of the failed pool' -RunOn '<ServingServerFqdn>' -Account 'lync-admin' -Look 'on <ServingServerFqdn> run: Get-CsRgsWorkflow -Identity ''service:ApplicationServer:<ServingPoolFqdn>'' -Owner ''service:ApplicationServer:<FailedPoolFqdn>'' | Format-List -Property ''*'' | Out-Host; if it shows for each of them one object: Name is <BackupSet:Rgs:Workflow>, the step has had its effect' -Undo 'Export-CsRgsConfiguration with RemoveExportedConfiguration and the owner') {
    # Note: The owner stays <FailedPoolFqdn>; with -OverwriteOwner neither the check nor the way back would find the groups.
    # Note: Names must differ from those of the partner's own groups; rename those first, or add -ResolveNameConflicts manually.
    # Note: Where the settings are not taken along and the pool cannot be recovered, its default music on hold, ring-back time and call context are lost.
    Confirm-Harm -Harm 'adds the Response Groups of <FailedPoolFqdn> to <ServingPoolFqdn>, with its settings where that was chosen' -Name '<ServingPoolFqdn>'
    Invoke-Shown -Command { Import-CsRgsConfiguration -Destination 'service:ApplicationServer:<ServingPoolFqdn>' -FileName '<Run:local-folder>\Rgs\<BackupSet:Rgs:name>' | Out-Host }
    Invoke-Shown -Command { Get-CsRgsWorkflow -Identity 'service:ApplicationServer:<ServingPoolFqdn>' -Owner 'service:ApplicationServer:<FailedPoolFqdn>' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show for each of them one object: Name is <BackupSet:Rgs:Workflow>?'
    # To undo: Export-CsRgsConfiguration with RemoveExportedConfiguration and the owner
}

# ---- Import A's Response Groups into B
# Only if Response Group is deployed on the pool, or the set holds its export
# Only if the set holds this pool's Response Groups
# Only if not: the Backup Service carries Response Groups, so nothing is imported
# Only if Take pool A's Response Group settings along to pool B? yes, they replace B's
if (Test-Step -Id 'abc-04-rgs.2' -Title 'Import the Response Groups of the failed pool' -RunOn '<ServingServerFqdn>' -Account 'lync-admin' -Look 'on <ServingServerFqdn> run: Get-CsRgsWorkflow -Identity ''service:ApplicationServer:<ServingPoolFqdn>'' -Owner ''service:ApplicationServer:<FailedPoolFqdn>'' | Format-List -Property ''*'' | Out-Host; if it shows for each of them one object: Name is <BackupSet:Rgs:Workflow>, the step has had its effect' -Undo 'Export-CsRgsConfiguration with RemoveExportedConfiguration and the owner') {
    # Note: The owner stays <FailedPoolFqdn>; with -OverwriteOwner neither the check nor the way back would find the groups.
    # Note: Names must differ from those of the partner's own groups; rename those first, or add -ResolveNameConflicts manually.
    # Note: Where the settings are not taken along and the pool cannot be recovered, its default music on hold, ring-back time and call context are lost.
    Confirm-Harm -Harm 'adds the Response Groups of <FailedPoolFqdn> to <ServingPoolFqdn>, with its settings where that was chosen' -Name '<ServingPoolFqdn>'
    Invoke-Shown -Command { Import-CsRgsConfiguration -Destination 'service:ApplicationServer:<ServingPoolFqdn>' -FileName '<Run:local-folder>\Rgs\<BackupSet:Rgs:name>' -ReplaceExistingRgsSettings | Out-Host }
    Invoke-Shown -Command { Get-CsRgsWorkflow -Identity 'service:ApplicationServer:<ServingPoolFqdn>' -Owner 'service:ApplicationServer:<FailedPoolFqdn>' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show for each of them one object: Name is <BackupSet:Rgs:Workflow>?'
    # To undo: Export-CsRgsConfiguration with RemoveExportedConfiguration and the owner
}

# ---- Import A's Response Groups into B
# Only if Response Group is deployed on the pool, or the set holds its export
# Only if the set holds this pool's Response Groups
# Only if not: the Backup Service carries Response Groups, so nothing is imported
if (Test-Step -Id 'abc-04-rgs.3' -Title 'Workflows' -RunOn '<ServingServerFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { Get-CsRgsWorkflow -Identity 'service:ApplicationServer:<ServingPoolFqdn>' -Owner 'service:ApplicationServer:<FailedPoolFqdn>' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show for each of them one object: Name is <BackupSet:Rgs:Workflow>?'
}

# ---- Import A's Response Groups into B
# Only if Response Group is deployed on the pool, or the set holds its export
# Only if the set holds this pool's Response Groups
# Only if not: the Backup Service carries Response Groups, so nothing is imported
if (Test-Step -Id 'abc-04-rgs.4' -Title 'Queues' -RunOn '<ServingServerFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { Get-CsRgsQueue -Identity 'service:ApplicationServer:<ServingPoolFqdn>' -Owner 'service:ApplicationServer:<FailedPoolFqdn>' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show for each of them one object: Name is <BackupSet:Rgs:Queue>?'
}

# ---- Import A's Response Groups into B
# Only if Response Group is deployed on the pool, or the set holds its export
# Only if the set holds this pool's Response Groups
# Only if not: the Backup Service carries Response Groups, so nothing is imported
if (Test-Step -Id 'abc-04-rgs.5' -Title 'Agent groups' -RunOn '<ServingServerFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { Get-CsRgsAgentGroup -Identity 'service:ApplicationServer:<ServingPoolFqdn>' -Owner 'service:ApplicationServer:<FailedPoolFqdn>' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show for each of them one object: Name is <BackupSet:Rgs:AgentGroup>?'
}

# ---- Import A's Response Groups into B
# Only if Response Group is deployed on the pool, or the set holds its export
# Only if the set holds this pool's Response Groups
# Only if not: the Backup Service carries Response Groups, so nothing is imported
if (Test-Step -Id 'abc-04-rgs.6' -Title 'Business hours' -RunOn '<ServingServerFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { Get-CsRgsHoursOfBusiness -Identity 'service:ApplicationServer:<ServingPoolFqdn>' -Owner 'service:ApplicationServer:<FailedPoolFqdn>' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show for each of them one object: Name is <BackupSet:Rgs:HoursOfBusiness>?'
}

# ---- Import A's Response Groups into B
# Only if Response Group is deployed on the pool, or the set holds its export
# Only if the set holds this pool's Response Groups
# Only if not: the Backup Service carries Response Groups, so nothing is imported
if (Test-Step -Id 'abc-04-rgs.7' -Title 'Holiday sets' -RunOn '<ServingServerFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { Get-CsRgsHolidaySet -Identity 'service:ApplicationServer:<ServingPoolFqdn>' -Owner 'service:ApplicationServer:<FailedPoolFqdn>' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show for each of them one object: Name is <BackupSet:Rgs:HolidaySet>?'
}

# ---- Re-create A's announcements in B
# Only if announcements for unassigned numbers are in use
# Only if the announcements are recorded with prompt, text and target
# Only if for each <PoolOfPhase> of partner phase
# Only if for each <PromptFile> of announcement files
if (Test-Step -Id 'abc-06-announce.1' -Title 'Import the audio file' -RunOn '<ShellOfPhase>' -Account 'lync-admin') {
    # Note: No export holds it. WAV or WMA.
    # Note: The file lies below AppServerFiles\RGS\AS of the file store of that pool.
    Write-Host 'On <ShellOfPhase>, in the management shell, read <PromptFile> from the recordings that were kept, with [System.IO.File]::ReadAllBytes, and pass the bytes to Import-CsAnnouncementFile with Parent service:ApplicationServer:<PoolOfPhase> and FileName <PromptFile>.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
}

# ---- Re-create A's announcements in B
# Only if announcements for unassigned numbers are in use
# Only if the announcements are recorded with prompt, text and target
# Only if for each <PoolOfPhase> of partner phase
# Only if for each <AnnouncementName> of announcements
if (Test-Step -Id 'abc-06-announce.2' -Title 'Create the announcement' -RunOn '<ShellOfPhase>' -Account 'lync-admin' -Look 'on <ShellOfPhase> run: Get-CsAnnouncement -Identity ''ApplicationServer:<PoolOfPhase>'' | Format-List -Property ''*'' | Out-Host; if it shows at least one object: Name is <AnnouncementName>, the step has had its effect' -Undo 'Remove-CsAnnouncement with its complete identity') {
    # Note: An announcement without prompt is allowed; it only transfers.
    Invoke-Shown -Command { New-CsAnnouncement -Parent 'service:ApplicationServer:<PoolOfPhase>' -Name '<AnnouncementName>' -AudioFilePrompt '<PromptFile>' -TextToSpeechPrompt '<PromptText>' -Language '<PromptLanguage>' -TargetUri '<TransferTo>' -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-CsAnnouncement -Identity 'ApplicationServer:<PoolOfPhase>' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show at least one object: Name is <AnnouncementName>?'
    # To undo: Remove-CsAnnouncement with its complete identity
}

# ---- Re-create A's announcements in B
# Only if announcements for unassigned numbers are in use
# Only if not: the announcements are recorded with prompt, text and target
# Only if for each <PoolOfPhase> of partner phase
if (Test-Step -Id 'abc-06-announce.3' -Title 'Create the announcements manually' -RunOn '<ShellOfPhase>' -Account 'lync-admin') {
    # Note: Get-CsAnnouncement lists each of them for that pool.
    Write-Host 'The worksheets do not say what the announcements play. In <PoolOfPhase> create each of them again: its audio with Import-CsAnnouncementFile, the announcement with New-CsAnnouncement.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
}

# ---- Re-create A's announcements in B
# Only if announcements for unassigned numbers are in use
# Only if every unassigned number range is recorded with its announcement
# Only if for each <PoolOfPhase> of partner phase
# Only if for each <UnassignedRange> of unassigned ranges
if (Test-Step -Id 'abc-06-announce.4' -Title 'Redirect the range' -RunOn '<ShellOfPhase>' -Account 'lync-admin' -Look 'on <ShellOfPhase> run: Get-CsUnassignedNumber -Identity ''<UnassignedRange>'' | Format-List -Property ''*'' | Out-Host; if it shows every object: AnnouncementService names <PoolOfPhase> and AnnouncementName is <AnnouncementName>, the step has had its effect' -Undo 'the same with the other pool') {
    Confirm-Harm -Harm 'calls to unassigned numbers of <UnassignedRange> go to an announcement of <PoolOfPhase>' -Name '<PoolOfPhase>'
    Invoke-Shown -Command { Set-CsUnassignedNumber -Identity '<UnassignedRange>' -AnnouncementService '<PoolOfPhase>' -AnnouncementName '<AnnouncementName>' -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-CsUnassignedNumber -Identity '<UnassignedRange>' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: AnnouncementService names <PoolOfPhase> and AnnouncementName is <AnnouncementName>?'
    # To undo: the same with the other pool
}

# ---- Re-create A's announcements in B
# Only if announcements for unassigned numbers are in use
# Only if not: every unassigned number range is recorded with its announcement
# Only if for each <PoolOfPhase> of partner phase
if (Test-Step -Id 'abc-06-announce.5' -Title 'Redirect the ranges manually' -RunOn '<ShellOfPhase>' -Account 'lync-admin') {
    # Note: Get-CsUnassignedNumber names the other pool for no range.
    Write-Host 'The worksheets do not say which announcement each range plays. List the ranges with Get-CsUnassignedNumber, and point every one that used an announcement of the other pool to <PoolOfPhase> with Set-CsUnassignedNumber.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
}

# ---- Give the Edge pools another next hop
# Only if an Edge pool that runs has this pool as its next hop
# Only if How is the next hop of an Edge pool changed? Set-CsEdgeServer
# Only if for each <EdgePoolFqdn> of edge pools behind pool
if (Test-Step -Id 'abc-07-edge.1' -Title 'Change the next hop of the Edge pool' -RunOn '<ServingServerFqdn>' -Account 'lync-admin' -Look 'on <ServingServerFqdn> run: Get-CsService -EdgeServer -PoolFqdn ''<EdgePoolFqdn>'' | Format-List -Property ''*'' | Out-Host; if it shows every object: Registrar names <ServingPoolFqdn>, the step has had its effect' -Undo 'Set-CsEdgeServer with the old Registrar (edge-failback)') {
    # Note: The store must be writable; where its pool failed, it was failed over first.
    # Note: Topology Builder offers next hops of the Edge pool's own site only; the cmdlet takes those of other sites as well.
    Confirm-Harm -Harm 'changes the published topology; external users and federation go through <ServingPoolFqdn>' -Name '<EdgePoolFqdn>'
    Invoke-Shown -Command { Set-CsEdgeServer -Identity 'EdgeServer:<EdgePoolFqdn>' -Registrar 'Registrar:<ServingPoolFqdn>' -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-CsService -EdgeServer -PoolFqdn '<EdgePoolFqdn>' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Registrar names <ServingPoolFqdn>?'
    # To undo: Set-CsEdgeServer with the old Registrar (edge-failback)
}

# ---- Give the Edge pools another next hop
# Only if an Edge pool that runs has this pool as its next hop
# Only if How is the next hop of an Edge pool changed? in Topology Builder
# Only if for each <EdgePoolFqdn> of edge pools behind pool
if (Test-Step -Id 'abc-07-edge.1' -Title 'Change the next hop of the Edge pool' -RunOn '<ServingServerFqdn>' -Account 'lync-admin' -Look 'on <ServingServerFqdn> run: Get-CsService -EdgeServer -PoolFqdn ''<EdgePoolFqdn>'' | Format-List -Property ''*'' | Out-Host; if it shows every object: Registrar names <ServingPoolFqdn>, the step has had its effect' -Undo 'Set-CsEdgeServer with the old Registrar (edge-failback)') {
    # Note: The store must be writable; where its pool failed, it was failed over first.
    # Note: Topology Builder offers next hops of the Edge pool's own site only; the cmdlet takes those of other sites as well.
    Confirm-Harm -Harm 'changes the published topology; external users and federation go through <ServingPoolFqdn>' -Name '<EdgePoolFqdn>'
    Write-Host 'In Topology Builder choose Download Topology from existing deployment. Right-click <EdgePoolFqdn>, Edit Properties, Next Hop; Next hop pool <ServingPoolFqdn>, OK. Node Lync Server 2013, Topology, Publish.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    Invoke-Shown -Command { Get-CsService -EdgeServer -PoolFqdn '<EdgePoolFqdn>' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Registrar names <ServingPoolFqdn>?'
    # To undo: Set-CsEdgeServer with the old Registrar (edge-failback)
}

# ---- Give the Edge pools another next hop
# Only if an Edge pool that runs has this pool as its next hop
# Only if for each <EdgeServerFqdn> of edge servers behind pool
if (Test-Step -Id 'abc-07-edge.2' -Title 'Wait until the Edge Server has the change' -RunOn '<ServingServerFqdn>' -Account 'lync-admin' -Look 'on <ServingServerFqdn> run: Get-CsManagementStoreReplicationStatus -ReplicaFqdn ''<EdgeServerFqdn>'' | Format-List -Property ''*'' | Out-Host; if it shows every object: UpToDate is True (within 15 min), the step has had its effect') {
    Invoke-Shown -Command { Get-CsManagementStoreReplicationStatus -ReplicaFqdn '<EdgeServerFqdn>' | Format-List -Property '*' | Out-Host }
    Invoke-Shown -Command { Get-CsManagementStoreReplicationStatus -ReplicaFqdn '<EdgeServerFqdn>' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: UpToDate is True (within 15 min)?'
}

# ---- Fail A over to B
if (Test-Step -Id 'abc-07-failover' -Title 'Fail A over to B' -RunOn '<ServingServerFqdn>' -Account 'lync-admin' -Look 'on <ServingServerFqdn> run: Get-CsRegistrarConfiguration | Format-List -Property ''*'' | Out-Host; if it shows at least one object: Identity contains Registrar:<PoolAFqdn> and PoolState is FailedOver (within 30 min), the step has had its effect' -Undo 'none') {
    Confirm-Check -Question 'Before: the partner runs?'
    Confirm-Harm -Harm 'signs out every user of <PoolAFqdn>; what was not carried over is lost' -Name '<PoolAFqdn>'
    Invoke-Shown -Command { Invoke-CsPoolFailOver -PoolFqdn '<PoolAFqdn>' -DisasterMode -Confirm:$false -Verbose | Out-Host }
    Invoke-Shown -Command { Get-CsRegistrarConfiguration | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show at least one object: Identity contains Registrar:<PoolAFqdn> and PoolState is FailedOver (within 30 min)?'
    # To undo: none
}

# ---- Build pool C, and start no service on it
# Only if for each <FrontEndFqdn> of front ends of replacement
if (Test-Step -Id 'abc-08-build' -Title 'Build pool C, and start no service on it' -RunOn '<ServingServerFqdn>' -Account 'lync-admin' -Look 'on <ServingServerFqdn> run: Get-CsWindowsService -ComputerName ''<FrontEndFqdn>'' | Format-List -Property ''*'' | Out-Host; if it shows every object: Status is Stopped, the step has had its effect') {
    # Note: May run in parallel with 5 and 6. At least three of its servers must run together later; with Skype for Business Server 2019 it has at least three.
    Write-Host 'Define, publish and deploy <PoolCFqdn>, here <FrontEndFqdn>, up to step 3 of the Deployment Wizard, and start no service on it. It has everything that A had: conferencing with dial-in, Enterprise Voice, Call Park, Response Group, Announcement, archiving and monitoring, the Edge association for media, a file store, Office Web Apps; DNS, load balancer, certificates; the edition and operating system of B.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    Invoke-Shown -Command { Get-CsWindowsService -ComputerName '<FrontEndFqdn>' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Status is Stopped?'
}

# ---- Save what is about to move
# Only if not: the pool hosts the active Central Management store
if (Test-Step -Id 'abc-09-save.1' -Title 'Create a new folder for what this failover saves' -RunOn '<ServingServerFqdn>' -Account 'lync-admin' -Look 'on <ServingServerFqdn> run: Test-Path -LiteralPath ''<RescueSet>'' | Out-Host; if it shows every object: the value is True, the step has had its effect') {
    # Note: A finished backup set is never written to; what is made now has a set and a manifest of its own.
    Invoke-Shown -Command { New-Item -ItemType 'Directory' -Path '<RescueSet>' -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Test-Path -LiteralPath '<RescueSet>' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: the value is True?'
}

# ---- Save what is about to move
# Only if not: the pool hosts the active Central Management store
if (Test-Step -Id 'abc-09-save.2' -Title 'Create the local folder' -RunOn '<ServingServerFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { New-Item -ItemType 'Directory' -Path 'C:\Rescue\<RescueSetName>' -Force -Confirm:$false | Out-Host }
}

# ---- Save what is about to move
if (Test-Step -Id 'abc-09-save.3' -Title 'Export the user data of B' -RunOn '<ServingServerFqdn>' -Account 'lync-admin' -Look 'on <ServingServerFqdn> run: Get-Item -LiteralPath ''C:\Rescue\<RescueSetName>\PoolBUserDataBefore.zip'' | Format-List -Property ''*'' | Out-Host; if it shows every object: LastWriteTime is another than what it was just before this step and Length is not 0, the step has had its effect') {
    Invoke-Shown -Command { Test-Path -LiteralPath 'C:\Rescue\<RescueSetName>\PoolBUserDataBefore.zip' | Out-Host }
    Confirm-Check -Question 'Before: there is no such file yet; rename what an earlier try left: does it show every object: the value is False?'
    Invoke-Shown -Command { Export-CsUserData -PoolFqdn '<PoolBFqdn>' -FileName 'C:\Rescue\<RescueSetName>\PoolBUserDataBefore.zip' | Out-Host }
    Invoke-Shown -Command { Get-Item -LiteralPath 'C:\Rescue\<RescueSetName>\PoolBUserDataBefore.zip' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: LastWriteTime is another than what it was just before this step and Length is not 0?'
}

# ---- Save what is about to move
if (Test-Step -Id 'abc-09-save.4' -Title 'Save the list of A''s users' -RunOn '<ServingServerFqdn>' -Account 'lync-admin' -Look 'on <ServingServerFqdn> run: Get-Item -LiteralPath ''C:\Rescue\<RescueSetName>\poola-users.csv'' | Import-Csv | Where-Object -Property ''SipAddress'' -Value ''sip:*'' -Like | Measure-Object | Format-List -Property ''*'' | Out-Host; if it shows every object: Count is the Users that the step reads first, the step has had its effect') {
    # Note: A list that is there is refused, never replaced; rename one that an interrupted try left.
    Invoke-Shown -Command { Get-CsUser -Filter 'RegistrarPool -eq ''<PoolAFqdn>''' | Measure-Object | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Before: users are homed on <PoolAFqdn> still; once they are moved the list would be empty: does it show every object: Count is at least 1?'
    Invoke-Shown -Command { Get-CsUser -Filter 'RegistrarPool -eq ''<PoolAFqdn>''' | Measure-Object | Format-List -Property '*' | Out-Host }
    $Read_Users = Read-Value -Question 'Count (from <ServingServerFqdn>)'
    Invoke-Shown -Command { Get-CsUser -Filter 'RegistrarPool -eq ''<PoolAFqdn>''' | Export-Csv -Path 'C:\Rescue\<RescueSetName>\poola-users.csv' -NoClobber -NoTypeInformation -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-Item -LiteralPath 'C:\Rescue\<RescueSetName>\poola-users.csv' | Import-Csv | Where-Object -Property 'SipAddress' -Value 'sip:*' -Like | Measure-Object | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question ('Verify: does it show every object: Count is <Read:Users>?'.Replace('<Read:Users>', ($Read_Users -join ', ')))
}

# ---- Save what is about to move
if (Test-Step -Id 'abc-09-save.5' -Title 'Copy the files into the set' -RunOn '<ServingServerFqdn>' -Account 'lync-admin' -Look 'on <ServingServerFqdn> run: Get-ChildItem -LiteralPath ''<RescueSet>'' -Recurse -File | Measure-Object | Format-List -Property ''*'' | Out-Host; if it shows every object: Count is at least the Files that the step reads first, the step has had its effect') {
    Invoke-Shown -Command { Get-ChildItem -LiteralPath 'C:\Rescue\<RescueSetName>' -Recurse -File | Measure-Object | Format-List -Property '*' | Out-Host }
    $Read_Files = Read-Value -Question 'Count (from <ServingServerFqdn>)'
    Invoke-Shown -Command { robocopy 'C:\Rescue\<RescueSetName>' '<RescueSet>' '/E' '/COPY:DATSO' '/DCOPY:T' '/R:2' '/W:5' | Out-Host }
    Assert-ExitCode -Low 0 -High 7
    Invoke-Shown -Command { Get-ChildItem -LiteralPath '<RescueSet>' -Recurse -File | Measure-Object | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question ('Verify: does it show every object: Count is at least <Read:Files>?'.Replace('<Read:Files>', ($Read_Files -join ', ')))
}

# ---- Rehome everything of A on C
if (Test-Step -Id 'abc-09-users.1' -Title 'Users' -RunOn '<ServingServerFqdn>' -Account 'lync-admin' -Look 'on <ServingServerFqdn> run: Get-CsUser -Filter ''RegistrarPool -eq ''''<PoolAFqdn>'''''' | Out-Host; if it shows the number of objects is 0, the step has had its effect' -Undo 'Move-CsUser back, without their data') {
    # Note: Do not use -MoveConferenceData in disaster recovery. What the accounts lack comes back in steps 12 and 13.
    # Note: Where it names several federated Edge Servers, send it manually with -ProxyPool.
    Confirm-Harm -Harm 'moves the accounts of all users of <PoolAFqdn> without contacts and meetings; they are without service until step 15' -Name '<PoolAFqdn>'
    Invoke-Shown -Command { Get-CsUser -Filter 'RegistrarPool -eq ''<PoolAFqdn>''' | Move-CsUser -Target '<PoolCFqdn>' -Force -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-CsUser -Filter 'RegistrarPool -eq ''<PoolAFqdn>''' | Out-Host }
    Confirm-Check -Question 'Verify: does it show the number of objects is 0?'
    # To undo: Move-CsUser back, without their data
}

# ---- Rehome everything of A on C
if (Test-Step -Id 'abc-09-users.2' -Title 'Common area phones' -RunOn '<ServingServerFqdn>' -Account 'lync-admin' -Look 'on <ServingServerFqdn> run: Get-CsCommonAreaPhone -Filter ''RegistrarPool -eq ''''<PoolAFqdn>'''''' | Out-Host; if it shows the number of objects is 0, the step has had its effect') {
    # Note: Users are not all that is homed on a pool; otherwise step 22 cannot delete A.
    Confirm-Harm -Harm 'moves the common area phones of <PoolAFqdn>' -Name '<PoolAFqdn>'
    Invoke-Shown -Command { Get-CsCommonAreaPhone -Filter 'RegistrarPool -eq ''<PoolAFqdn>''' | Move-CsCommonAreaPhone -Target '<PoolCFqdn>' -Force -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-CsCommonAreaPhone -Filter 'RegistrarPool -eq ''<PoolAFqdn>''' | Out-Host }
    Confirm-Check -Question 'Verify: does it show the number of objects is 0?'
}

# ---- Rehome everything of A on C
if (Test-Step -Id 'abc-09-users.3' -Title 'Analog devices' -RunOn '<ServingServerFqdn>' -Account 'lync-admin' -Look 'on <ServingServerFqdn> run: Get-CsAnalogDevice -Filter ''RegistrarPool -eq ''''<PoolAFqdn>'''''' | Out-Host; if it shows the number of objects is 0, the step has had its effect') {
    Confirm-Harm -Harm 'moves the analog devices of <PoolAFqdn>' -Name '<PoolAFqdn>'
    Invoke-Shown -Command { Get-CsAnalogDevice -Filter 'RegistrarPool -eq ''<PoolAFqdn>''' | Move-CsAnalogDevice -Target '<PoolCFqdn>' -Force -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-CsAnalogDevice -Filter 'RegistrarPool -eq ''<PoolAFqdn>''' | Out-Host }
    Confirm-Check -Question 'Verify: does it show the number of objects is 0?'
}

# ---- Rehome everything of A on C
if (Test-Step -Id 'abc-09-users.4' -Title 'Meeting rooms' -RunOn '<ServingServerFqdn>' -Account 'lync-admin' -Look 'on <ServingServerFqdn> run: Get-CsMeetingRoom -Filter ''RegistrarPool -eq ''''<PoolAFqdn>'''''' | Out-Host; if it shows the number of objects is 0, the step has had its effect') {
    Confirm-Harm -Harm 'moves the meeting rooms of <PoolAFqdn>' -Name '<PoolAFqdn>'
    Invoke-Shown -Command { Get-CsMeetingRoom -Filter 'RegistrarPool -eq ''<PoolAFqdn>''' | Move-CsMeetingRoom -Target '<PoolCFqdn>' -Force -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-CsMeetingRoom -Filter 'RegistrarPool -eq ''<PoolAFqdn>''' | Out-Host }
    Confirm-Check -Question 'Verify: does it show the number of objects is 0?'
}

# ---- Rehome everything of A on C
if (Test-Step -Id 'abc-09-users.5' -Title 'Exchange UM contacts' -RunOn '<ServingServerFqdn>' -Account 'lync-admin' -Look 'on <ServingServerFqdn> run: Get-CsExUmContact -Filter ''RegistrarPool -eq ''''<PoolAFqdn>'''''' | Out-Host; if it shows the number of objects is 0, the step has had its effect') {
    Confirm-Harm -Harm 'moves the Exchange UM contacts of <PoolAFqdn>' -Name '<PoolAFqdn>'
    Invoke-Shown -Command { Get-CsExUmContact -Filter 'RegistrarPool -eq ''<PoolAFqdn>''' | Move-CsExUmContact -Target '<PoolCFqdn>' -Force -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-CsExUmContact -Filter 'RegistrarPool -eq ''<PoolAFqdn>''' | Out-Host }
    Confirm-Check -Question 'Verify: does it show the number of objects is 0?'
}

# ---- Move A's conference directories
if (Test-Step -Id 'abc-10-confdir.1' -Title 'Which directories belong to A' -RunOn '<ServingServerFqdn>' -Account 'lync-admin') {
    # Note: Compare them with the worksheet; every one of them is moved.
    Invoke-Shown -Command { Get-CsConferenceDirectory | Where-Object -Property 'ServiceId' -Value '*:<PoolAFqdn>' -Like | Out-Host }
}

# ---- Move A's conference directories
# Only if for each <ConferenceDirectoryId> of conference directories
if (Test-Step -Id 'abc-10-confdir.2' -Title 'Move the directory' -RunOn '<ServingServerFqdn>' -Account 'lync-admin' -Look 'on <ServingServerFqdn> run: Get-CsConferenceDirectory | Where-Object -Property ''Identity'' -Value ''<ConferenceDirectoryId>'' -EQ | Format-List -Property ''*'' | Out-Host; if it shows every object: ServiceId names :<PoolCFqdn>, the step has had its effect' -Undo 'none') {
    Confirm-Harm -Harm 'moves conference directory <ConferenceDirectoryId>; dial-in codes of existing meetings may be lost' -Name '<PoolAFqdn>'
    Invoke-Shown -Command { Move-CsConferenceDirectory -Identity '<ConferenceDirectoryId>' -TargetPool '<PoolCFqdn>' -Force -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-CsConferenceDirectory | Where-Object -Property 'Identity' -Value '<ConferenceDirectoryId>' -EQ | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: ServiceId names :<PoolCFqdn>?'
    # To undo: none
}

# ---- Move A's conference directories
if (Test-Step -Id 'abc-10-confdir.3' -Title 'Is none of A left?' -RunOn '<ServingServerFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { Get-CsConferenceDirectory | Where-Object -Property 'ServiceId' -Value '*:<PoolAFqdn>' -Like | Out-Host }
    Confirm-Check -Question 'Does the answer show the number of objects is 0?'
}

# ---- Move the Conferencing Attendant contacts
# Only if contacts of the Conferencing Attendant are recorded
# Only if for each <CaaUri> of attendant contacts
if (Test-Step -Id 'abc-11-caa.1' -Title 'Move the contact' -RunOn '<ServingServerFqdn>' -Account 'lync-admin' -Look 'on <ServingServerFqdn> run: Get-CsApplicationEndpoint -ApplicationId ''Caa'' -PoolFqdn ''<PoolCFqdn>'' | Format-List -Property ''*'' | Out-Host; if it shows at least one object: SipAddress names <CaaUri>, the step has had its effect' -Undo 'the same with the other pool') {
    Confirm-Harm -Harm 'moves the contact object <CaaUri> in Active Directory' -Name '<PoolAFqdn>'
    Invoke-Shown -Command { Move-CsApplicationEndpoint -Identity '<CaaUri>' -TargetApplicationPool '<PoolCFqdn>' -Force -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-CsApplicationEndpoint -ApplicationId 'Caa' -PoolFqdn '<PoolCFqdn>' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show at least one object: SipAddress names <CaaUri>?'
    # To undo: the same with the other pool
}

# ---- Move the Conferencing Attendant contacts
# Only if contacts of the Conferencing Attendant are recorded
if (Test-Step -Id 'abc-11-caa.2' -Title 'Is every access number of A moved?' -RunOn '<ServingServerFqdn>' -Account 'lync-admin') {
    # Note: Every access number of A is one of these contacts, not one only.
    Invoke-Shown -Command { Get-CsDialInConferencingAccessNumber -Filter 'Pool -eq ''<PoolAFqdn>''' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show the number of objects is 0?'
}

# ---- Find and move the Conferencing Attendant contacts
# Only if not: contacts of the Conferencing Attendant are recorded
if (Test-Step -Id 'abc-11-caa-hand' -Title 'Find and move the Conferencing Attendant contacts' -RunOn '<ServingServerFqdn>' -Account 'lync-admin' -Look 'on <ServingServerFqdn> run: Get-CsDialInConferencingAccessNumber -Filter ''Pool -eq ''''<PoolAFqdn>'''''' | Out-Host; if it shows the number of objects is 0, the step has had its effect') {
    Write-Host 'List Get-CsApplicationEndpoint for the application Caa and the pool <PoolAFqdn>, and move each of them with Move-CsApplicationEndpoint to <PoolCFqdn>, with Force. Where there is none, go on.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    Invoke-Shown -Command { Get-CsDialInConferencingAccessNumber -Filter 'Pool -eq ''<PoolAFqdn>''' | Out-Host }
    Confirm-Check -Question 'Verify: does it show the number of objects is 0?'
}

# ---- Copy conference content from B to C
if (Test-Step -Id 'abc-12-content' -Title 'Copy conference content from B to C' -RunOn '<ServingServerFqdn>' -Account 'lync-admin') {
    # Note: The topic gives no command; try it in a test environment first.
    # Note: Both folders hold the same number of files; after step 15 open the content of an old meeting.
    Write-Host 'With an account that has rights on both file stores, copy the Web Services folder of B (X-WebServices-X below <PoolBFileStoreShare>, with CollabContent and CollabMetadata) into that of C below <PoolCFileStoreShare>, for example with robocopy, all subfolders, without files named Meeting.Active.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
}

# ---- Bring the user data from B to C
if (Test-Step -Id 'abc-13-userdata.1' -Title 'Export the user data of B' -RunOn '<ServingServerFqdn>' -Account 'lync-admin' -Look 'on <ServingServerFqdn> run: Get-Item -LiteralPath ''C:\Rescue\<RescueSetName>\PoolBUserData.zip'' | Format-List -Property ''*'' | Out-Host; if it shows every object: LastWriteTime is another than what it was just before this step and Length is not 0, the step has had its effect') {
    Invoke-Shown -Command { Test-Path -LiteralPath 'C:\Rescue\<RescueSetName>\PoolBUserData.zip' | Out-Host }
    Confirm-Check -Question 'Before: there is no such file yet; rename what an earlier try left: does it show every object: the value is False?'
    Invoke-Shown -Command { Export-CsUserData -PoolFqdn '<PoolBFqdn>' -FileName 'C:\Rescue\<RescueSetName>\PoolBUserData.zip' | Out-Host }
    Invoke-Shown -Command { Get-Item -LiteralPath 'C:\Rescue\<RescueSetName>\PoolBUserData.zip' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: LastWriteTime is another than what it was just before this step and Length is not 0?'
}

# ---- Bring the user data from B to C
# Only if for each <FrontEndFqdn> of front ends of replacement
if (Test-Step -Id 'abc-13-userdata.2' -Title 'Does no service run on C?' -RunOn '<ServingServerFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { Get-CsWindowsService -ComputerName '<FrontEndFqdn>' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Status is Stopped?'
}

# ---- Bring the user data from B to C
if (Test-Step -Id 'abc-13-userdata.3' -Title 'Import the user data into C' -RunOn '<ServingServerFqdn>' -Account 'lync-admin' -Look 'on <ServingServerFqdn> run: Export-CsUserData -PoolFqdn ''<PoolCFqdn>'' -FileName ''C:\Rescue\<RescueSetName>\PoolBUserData-again.zip''; Get-Item -LiteralPath @(''C:\Rescue\<RescueSetName>\PoolBUserData-again.zip'', ''C:\Rescue\<RescueSetName>\PoolBUserData.zip'') | Out-Host; if it shows in the new export all that the imported one holds, the step has had its effect' -Undo 'none; import again') {
    Confirm-Harm -Harm 'writes contacts and conferences of A''s users into <PoolCFqdn>' -Name '<PoolCFqdn>'
    Invoke-Shown -Command { Import-CsUserData -PoolFqdn '<PoolCFqdn>' -FileName 'C:\Rescue\<RescueSetName>\PoolBUserData.zip' | Out-Host }
    Invoke-Shown -Command { Export-CsUserData -PoolFqdn '<PoolCFqdn>' -FileName 'C:\Rescue\<RescueSetName>\PoolBUserData-again.zip'; Get-Item -LiteralPath @('C:\Rescue\<RescueSetName>\PoolBUserData-again.zip', 'C:\Rescue\<RescueSetName>\PoolBUserData.zip') | Out-Host }
    Confirm-Check -Question 'Verify: does it show in the new export all that the imported one holds?'
    # To undo: none; import again
}

# ---- Bring the user data from B to C
if (Test-Step -Id 'abc-13-userdata.4' -Title 'Copy the files into the set' -RunOn '<ServingServerFqdn>' -Account 'lync-admin' -Look 'on <ServingServerFqdn> run: Get-ChildItem -LiteralPath ''<RescueSet>'' -Recurse -File | Measure-Object | Format-List -Property ''*'' | Out-Host; if it shows every object: Count is at least the Files that the step reads first, the step has had its effect') {
    Invoke-Shown -Command { Get-ChildItem -LiteralPath 'C:\Rescue\<RescueSetName>' -Recurse -File | Measure-Object | Format-List -Property '*' | Out-Host }
    $Read_Files = Read-Value -Question 'Count (from <ServingServerFqdn>)'
    Invoke-Shown -Command { robocopy 'C:\Rescue\<RescueSetName>' '<RescueSet>' '/E' '/COPY:DATSO' '/DCOPY:T' '/R:2' '/W:5' | Out-Host }
    Assert-ExitCode -Low 0 -High 7
    Invoke-Shown -Command { Get-ChildItem -LiteralPath '<RescueSet>' -Recurse -File | Measure-Object | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question ('Verify: does it show every object: Count is at least <Read:Files>?'.Replace('<Read:Files>', ($Read_Files -join ', ')))
}

# ---- Call Park orbits and pickup ranges from A to C
# Only if Call Park or Group Call Pickup is deployed
# Only if for each <OrbitIdentity> of orbit ranges
if (Test-Step -Id 'abc-14a-orbits.1' -Title 'Reassign the range to the new pool' -RunOn '<ServingServerFqdn>' -Account 'lync-admin' -Look 'on <ServingServerFqdn> run: Get-CsCallParkOrbit -Identity ''<OrbitIdentity>'' | Format-List -Property ''*'' | Out-Host; if it shows every object: CallParkService names <PoolCFqdn>, the step has had its effect' -Undo 'the same with the pool that had it') {
    # Note: Call Park orbits and ranges of Group Call Pickup, both.
    Confirm-Harm -Harm 'calls parked in the range <OrbitIdentity> go to <PoolCFqdn>' -Name '<PoolCFqdn>'
    Invoke-Shown -Command { Set-CsCallParkOrbit -Identity '<OrbitIdentity>' -CallParkService 'service:ApplicationServer:<PoolCFqdn>' -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-CsCallParkOrbit -Identity '<OrbitIdentity>' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: CallParkService names <PoolCFqdn>?'
    # To undo: the same with the pool that had it
}

# ---- Call Park music and settings
# Only if Call Park or Group Call Pickup is deployed
if (Test-Step -Id 'abc-14b-park.1' -Title 'Bring custom music to the new pool' -RunOn '<ServingServerFqdn>' -Account 'lync-admin') {
    # Note: The file lies there; a parked call plays it.
    Write-Host 'Where A had custom music on hold, copy it from the audio of the backup set (Audio\CPS) into AppServerFiles\CPS of the new pool''s Application Server folder on <PoolCFileStoreShare>, or set it with Set-CsCallParkServiceMusicOnHoldFile.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
}

# ---- Call Park music and settings
# Only if Call Park or Group Call Pickup is deployed
if (Test-Step -Id 'abc-14b-park.2' -Title 'Set the Call Park settings' -RunOn '<ServingServerFqdn>' -Account 'lync-admin') {
    # Note: Get-CsCpsConfiguration shows the four values for the new pool.
    Write-Host 'Take timeout, music on hold, attempts and timeout URI from the worksheet of <FailedPoolFqdn> (Call Park settings) or from Settings\call-park_<FailedPoolFqdn>.txt of the backup set, and set them for service:ApplicationServer:<PoolCFqdn> with Set-CsCpsConfiguration.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
}

# ---- Persistent Chat next hop
# Only if a Persistent Chat pool has this pool as its next hop, or none is recorded for it
if (Test-Step -Id 'abc-15a-pchat' -Title 'Persistent Chat next hop' -RunOn '<ServingServerFqdn>' -Account 'lync-admin' -Undo 'set it back and publish') {
    # Note: Topology Builder shows the new next hop; Test-CsPersistentChatMessage sends a message after the services run.
    Confirm-Harm -Harm 'changes the published topology; Persistent Chat goes through <PoolCFqdn>' -Name '<PoolCFqdn>'
    Write-Host 'In Topology Builder choose Download Topology from existing deployment. Right-click each Persistent Chat pool whose next hop is <PoolAFqdn>, General, Next Hop Pool <PoolCFqdn>, OK. Action, Topology, Publish.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    # To undo: set it back and publish
}

# ---- Start the services of C
# Only if for each <FrontEndFqdn> of front ends of replacement
if (Test-Step -Id 'abc-15b-start.1' -Title 'Start the services at the same time (-NoWait)' -RunOn '<ServingServerFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { Start-CsWindowsService -ComputerName '<FrontEndFqdn>' -NoWait -Confirm:$false | Out-Host }
}

# ---- Start the services of C
# Only if for each <FrontEndFqdn> of front ends of replacement
if (Test-Step -Id 'abc-15b-start.2' -Title 'Check that every service runs' -RunOn '<ServingServerFqdn>' -Account 'lync-admin' -Look 'on <ServingServerFqdn> run: Get-CsWindowsService -ComputerName ''<FrontEndFqdn>'' | Format-List -Property ''*'' | Out-Host; if it shows every object: Status is Running (within 60 min), the step has had its effect') {
    # Note: The outage of A's users ends here.
    Invoke-Shown -Command { Get-CsWindowsService -ComputerName '<FrontEndFqdn>' | Format-List -Property '*' | Out-Host }
    Invoke-Shown -Command { Get-CsWindowsService -ComputerName '<FrontEndFqdn>' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Status is Running (within 60 min)?'
}

# ---- Start the services of C
if (Test-Step -Id 'abc-15b-start.3' -Title 'Does every routing group have its replicas?' -RunOn '<ServingServerFqdn>' -Account 'lync-admin') {
    # Note: The answer is text; look for the word missing.
    Invoke-Shown -Command { Get-CsPoolFabricState -PoolFqdn '<PoolCFqdn>' | Format-List -Property '*' | Out-Host }
}

# ---- Response Groups from B to C
# Only if Response Group is deployed on the pool, or the set holds its export
# Only if not: the Backup Service carries Response Groups, so nothing is imported
if (Test-Step -Id 'abc-16-rgs.1' -Title 'Export A''s groups from B' -RunOn '<ServingServerFqdn>' -Account 'lync-admin' -Look 'on <ServingServerFqdn> run: Get-Item -LiteralPath ''C:\Rescue\<RescueSetName>\RgsExportPrimaryUpdated.zip'' | Format-List -Property ''*'' | Out-Host; if it shows every object: LastWriteTime is another than what it was just before this step and Length is not 0, the step has had its effect') {
    Invoke-Shown -Command { Export-CsRgsConfiguration -Source 'service:ApplicationServer:<PoolBFqdn>' -Owner 'service:ApplicationServer:<PoolAFqdn>' -FileName 'C:\Rescue\<RescueSetName>\RgsExportPrimaryUpdated.zip' | Out-Host }
    Invoke-Shown -Command { Get-Item -LiteralPath 'C:\Rescue\<RescueSetName>\RgsExportPrimaryUpdated.zip' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: LastWriteTime is another than what it was just before this step and Length is not 0?'
}

# ---- Response Groups from B to C
# Only if Response Group is deployed on the pool, or the set holds its export
# Only if not: the Backup Service carries Response Groups, so nothing is imported
# Only if Take pool B's Response Group settings along to pool C? yes
if (Test-Step -Id 'abc-16-rgs.2' -Title 'Import them into C' -RunOn '<ServingServerFqdn>' -Account 'lync-admin' -Look 'on <ServingServerFqdn> run: Get-CsRgsWorkflow -Identity ''service:ApplicationServer:<PoolCFqdn>'' -ShowAll | Measure-Object | Format-List -Property ''*'' | Out-Host; if it shows every object: Count is at least the Workflows that the step reads first, the step has had its effect' -Undo 'import the backup set''s export') {
    Confirm-Harm -Harm 'takes ownership of A''s Response Groups for <PoolCFqdn>' -Name '<PoolCFqdn>'
    Invoke-Shown -Command { Get-CsRgsWorkflow -Identity 'service:ApplicationServer:<PoolBFqdn>' -Owner 'service:ApplicationServer:<PoolAFqdn>' | Measure-Object | Format-List -Property '*' | Out-Host }
    $Read_Workflows = Read-Value -Question 'Count (from <ServingServerFqdn>)'
    Invoke-Shown -Command { Import-CsRgsConfiguration -Destination 'service:ApplicationServer:<PoolCFqdn>' -FileName 'C:\Rescue\<RescueSetName>\RgsExportPrimaryUpdated.zip' -OverwriteOwner -ReplaceExistingRgsSettings | Out-Host }
    Invoke-Shown -Command { Get-CsRgsWorkflow -Identity 'service:ApplicationServer:<PoolCFqdn>' -ShowAll | Measure-Object | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question ('Verify: does it show every object: Count is at least <Read:Workflows>?'.Replace('<Read:Workflows>', ($Read_Workflows -join ', ')))
    # To undo: import the backup set's export
}

# ---- Response Groups from B to C
# Only if Response Group is deployed on the pool, or the set holds its export
# Only if not: the Backup Service carries Response Groups, so nothing is imported
# Only if Take pool B's Response Group settings along to pool C? no, C keeps its own
if (Test-Step -Id 'abc-16-rgs.2' -Title 'Import them into C' -RunOn '<ServingServerFqdn>' -Account 'lync-admin' -Look 'on <ServingServerFqdn> run: Get-CsRgsWorkflow -Identity ''service:ApplicationServer:<PoolCFqdn>'' -ShowAll | Measure-Object | Format-List -Property ''*'' | Out-Host; if it shows every object: Count is at least the Workflows that the step reads first, the step has had its effect' -Undo 'import the backup set''s export') {
    Confirm-Harm -Harm 'takes ownership of A''s Response Groups for <PoolCFqdn>' -Name '<PoolCFqdn>'
    Invoke-Shown -Command { Get-CsRgsWorkflow -Identity 'service:ApplicationServer:<PoolBFqdn>' -Owner 'service:ApplicationServer:<PoolAFqdn>' | Measure-Object | Format-List -Property '*' | Out-Host }
    $Read_Workflows = Read-Value -Question 'Count (from <ServingServerFqdn>)'
    Invoke-Shown -Command { Import-CsRgsConfiguration -Destination 'service:ApplicationServer:<PoolCFqdn>' -FileName 'C:\Rescue\<RescueSetName>\RgsExportPrimaryUpdated.zip' -OverwriteOwner | Out-Host }
    Invoke-Shown -Command { Get-CsRgsWorkflow -Identity 'service:ApplicationServer:<PoolCFqdn>' -ShowAll | Measure-Object | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question ('Verify: does it show every object: Count is at least <Read:Workflows>?'.Replace('<Read:Workflows>', ($Read_Workflows -join ', ')))
    # To undo: import the backup set's export
}

# ---- Response Groups from B to C
# Only if Response Group is deployed on the pool, or the set holds its export
# Only if not: the Backup Service carries Response Groups, so nothing is imported
if (Test-Step -Id 'abc-16-rgs.3' -Title 'Queues in C' -RunOn '<ServingServerFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { Get-CsRgsQueue -Identity 'service:ApplicationServer:<PoolCFqdn>' -ShowAll | Format-List -Property '*' | Out-Host }
}

# ---- Response Groups from B to C
# Only if Response Group is deployed on the pool, or the set holds its export
# Only if not: the Backup Service carries Response Groups, so nothing is imported
if (Test-Step -Id 'abc-16-rgs.4' -Title 'Agent groups in C' -RunOn '<ServingServerFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { Get-CsRgsAgentGroup -Identity 'service:ApplicationServer:<PoolCFqdn>' -ShowAll | Format-List -Property '*' | Out-Host }
}

# ---- Response Groups from B to C
# Only if Response Group is deployed on the pool, or the set holds its export
# Only if not: the Backup Service carries Response Groups, so nothing is imported
if (Test-Step -Id 'abc-16-rgs.5' -Title 'Business hours in C' -RunOn '<ServingServerFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { Get-CsRgsHoursOfBusiness -Identity 'service:ApplicationServer:<PoolCFqdn>' -ShowAll | Format-List -Property '*' | Out-Host }
}

# ---- Response Groups from B to C
# Only if Response Group is deployed on the pool, or the set holds its export
# Only if not: the Backup Service carries Response Groups, so nothing is imported
if (Test-Step -Id 'abc-16-rgs.6' -Title 'Holiday sets in C' -RunOn '<ServingServerFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { Get-CsRgsHolidaySet -Identity 'service:ApplicationServer:<PoolCFqdn>' -ShowAll | Format-List -Property '*' | Out-Host }
}

# ---- Remove A's groups from B
# Only if Response Group is deployed on the pool, or the set holds its export
# Only if not: the Backup Service carries Response Groups, so nothing is imported
if (Test-Step -Id 'abc-19-rgs-remove.1' -Title 'Export and remove' -RunOn '<ServingServerFqdn>' -Account 'lync-admin' -Look 'on <ServingServerFqdn> run: Get-CsRgsWorkflow -Identity ''service:ApplicationServer:<PoolBFqdn>'' -Owner ''service:ApplicationServer:<PoolAFqdn>'' | Out-Host; if it shows the number of objects is 0, the step has had its effect' -Undo 'import RgsExportPrimaryRemoved.zip into B again') {
    # Note: Soon after the check, so that the groups are out of service for a short time only.
    Confirm-Harm -Harm 'deletes A''s Response Groups in <PoolBFqdn>' -Name '<PoolBFqdn>'
    Invoke-Shown -Command { Export-CsRgsConfiguration -Source 'service:ApplicationServer:<PoolBFqdn>' -Owner 'service:ApplicationServer:<PoolAFqdn>' -FileName 'C:\Rescue\<RescueSetName>\RgsExportPrimaryRemoved.zip' -RemoveExportedConfiguration | Out-Host }
    Invoke-Shown -Command { Get-CsRgsWorkflow -Identity 'service:ApplicationServer:<PoolBFqdn>' -Owner 'service:ApplicationServer:<PoolAFqdn>' | Out-Host }
    Confirm-Check -Question 'Verify: does it show the number of objects is 0?'
    # To undo: import RgsExportPrimaryRemoved.zip into B again
}

# ---- Remove A's groups from B
# Only if Response Group is deployed on the pool, or the set holds its export
# Only if not: the Backup Service carries Response Groups, so nothing is imported
if (Test-Step -Id 'abc-19-rgs-remove.2' -Title 'Copy the files into the set' -RunOn '<ServingServerFqdn>' -Account 'lync-admin' -Look 'on <ServingServerFqdn> run: Get-ChildItem -LiteralPath ''<RescueSet>'' -Recurse -File | Measure-Object | Format-List -Property ''*'' | Out-Host; if it shows every object: Count is at least the Files that the step reads first, the step has had its effect') {
    Invoke-Shown -Command { Get-ChildItem -LiteralPath 'C:\Rescue\<RescueSetName>' -Recurse -File | Measure-Object | Format-List -Property '*' | Out-Host }
    $Read_Files = Read-Value -Question 'Count (from <ServingServerFqdn>)'
    Invoke-Shown -Command { robocopy 'C:\Rescue\<RescueSetName>' '<RescueSet>' '/E' '/COPY:DATSO' '/DCOPY:T' '/R:2' '/W:5' | Out-Host }
    Assert-ExitCode -Low 0 -High 7
    Invoke-Shown -Command { Get-ChildItem -LiteralPath '<RescueSet>' -Recurse -File | Measure-Object | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question ('Verify: does it show every object: Count is at least <Read:Files>?'.Replace('<Read:Files>', ($Read_Files -join ', ')))
}

# ---- Re-create the announcements in C
# Only if announcements for unassigned numbers are in use
# Only if the announcements are recorded with prompt, text and target
# Only if for each <PoolOfPhase> of replacement phase
# Only if for each <PromptFile> of announcement files
if (Test-Step -Id 'abc-20-announce.1' -Title 'Import the audio file' -RunOn '<ShellOfPhase>' -Account 'lync-admin') {
    # Note: No export holds it. WAV or WMA.
    # Note: The file lies below AppServerFiles\RGS\AS of the file store of that pool.
    Write-Host 'On <ShellOfPhase>, in the management shell, read <PromptFile> from the recordings that were kept, with [System.IO.File]::ReadAllBytes, and pass the bytes to Import-CsAnnouncementFile with Parent service:ApplicationServer:<PoolOfPhase> and FileName <PromptFile>.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
}

# ---- Re-create the announcements in C
# Only if announcements for unassigned numbers are in use
# Only if the announcements are recorded with prompt, text and target
# Only if for each <PoolOfPhase> of replacement phase
# Only if for each <AnnouncementName> of announcements
if (Test-Step -Id 'abc-20-announce.2' -Title 'Create the announcement' -RunOn '<ShellOfPhase>' -Account 'lync-admin' -Look 'on <ShellOfPhase> run: Get-CsAnnouncement -Identity ''ApplicationServer:<PoolOfPhase>'' | Format-List -Property ''*'' | Out-Host; if it shows at least one object: Name is <AnnouncementName>, the step has had its effect' -Undo 'Remove-CsAnnouncement with its complete identity') {
    # Note: An announcement without prompt is allowed; it only transfers.
    Invoke-Shown -Command { New-CsAnnouncement -Parent 'service:ApplicationServer:<PoolOfPhase>' -Name '<AnnouncementName>' -AudioFilePrompt '<PromptFile>' -TextToSpeechPrompt '<PromptText>' -Language '<PromptLanguage>' -TargetUri '<TransferTo>' -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-CsAnnouncement -Identity 'ApplicationServer:<PoolOfPhase>' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show at least one object: Name is <AnnouncementName>?'
    # To undo: Remove-CsAnnouncement with its complete identity
}

# ---- Re-create the announcements in C
# Only if announcements for unassigned numbers are in use
# Only if not: the announcements are recorded with prompt, text and target
# Only if for each <PoolOfPhase> of replacement phase
if (Test-Step -Id 'abc-20-announce.3' -Title 'Create the announcements manually' -RunOn '<ShellOfPhase>' -Account 'lync-admin') {
    # Note: Get-CsAnnouncement lists each of them for that pool.
    Write-Host 'The worksheets do not say what the announcements play. In <PoolOfPhase> create each of them again: its audio with Import-CsAnnouncementFile, the announcement with New-CsAnnouncement.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
}

# ---- Re-create the announcements in C
# Only if announcements for unassigned numbers are in use
# Only if every unassigned number range is recorded with its announcement
# Only if for each <PoolOfPhase> of replacement phase
# Only if for each <UnassignedRange> of unassigned ranges
if (Test-Step -Id 'abc-20-announce.4' -Title 'Redirect the range' -RunOn '<ShellOfPhase>' -Account 'lync-admin' -Look 'on <ShellOfPhase> run: Get-CsUnassignedNumber -Identity ''<UnassignedRange>'' | Format-List -Property ''*'' | Out-Host; if it shows every object: AnnouncementService names <PoolOfPhase> and AnnouncementName is <AnnouncementName>, the step has had its effect' -Undo 'the same with the other pool') {
    Confirm-Harm -Harm 'calls to unassigned numbers of <UnassignedRange> go to an announcement of <PoolOfPhase>' -Name '<PoolOfPhase>'
    Invoke-Shown -Command { Set-CsUnassignedNumber -Identity '<UnassignedRange>' -AnnouncementService '<PoolOfPhase>' -AnnouncementName '<AnnouncementName>' -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-CsUnassignedNumber -Identity '<UnassignedRange>' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: AnnouncementService names <PoolOfPhase> and AnnouncementName is <AnnouncementName>?'
    # To undo: the same with the other pool
}

# ---- Re-create the announcements in C
# Only if announcements for unassigned numbers are in use
# Only if not: every unassigned number range is recorded with its announcement
# Only if for each <PoolOfPhase> of replacement phase
if (Test-Step -Id 'abc-20-announce.5' -Title 'Redirect the ranges manually' -RunOn '<ShellOfPhase>' -Account 'lync-admin') {
    # Note: Get-CsUnassignedNumber names the other pool for no range.
    Write-Host 'The worksheets do not say which announcement each range plays. List the ranges with Get-CsUnassignedNumber, and point every one that used an announcement of the other pool to <PoolOfPhase> with Set-CsUnassignedNumber.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
}

# ---- Remove the announcements that B does not need
# Only if announcements for unassigned numbers are in use
if (Test-Step -Id 'abc-20c-clean' -Title 'Remove the announcements that B does not need' -RunOn '<ServingServerFqdn>' -Account 'lync-admin') {
    # Note: With the service identity alone, without the GUID, the cmdlet deletes all announcements of that pool.
    # Note: Get-CsAnnouncement lists only B's own.
    Write-Host 'Optional. List Get-CsAnnouncement for ApplicationServer:<PoolBFqdn>; remove those of A with Remove-CsAnnouncement, each with its complete identity, service, slash and GUID.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
}

# ---- Clean A's user data out of B
if (Test-Step -Id 'abc-21-cleanup' -Title 'Clean A''s user data out of B' -RunOn '<ServingServerFqdn>' -Account 'lync-admin' -Undo 'none') {
    # Note: Only after users of A have been seen on C with their contacts and meetings.
    # Note: The reference defines it for pools that are no longer paired. Where it does nothing here, send it again after step 22.
    # Note: Nothing tells how many users' data is left; read the verbose output.
    Confirm-Harm -Harm 'deletes what <PoolBFqdn> keeps of the users of A' -Name '<PoolBFqdn>'
    Invoke-Shown -Command { Remove-CsUserStoreBackupData -PoolFqdn '<PoolBFqdn>' -Confirm:$false -Verbose | Out-Host }
    # To undo: none
}

# ---- Unpair A and B, pair B and C, delete A
if (Test-Step -Id 'abc-22-topology.1' -Title 'Does anything still refer to A?' -RunOn '<ServingServerFqdn>' -Account 'lync-admin') {
    # Note: Users, phones, devices, rooms and contacts; conference directories; orbits and unassigned ranges; next hops of Persistent Chat, Edge and trusted application pools (Get-CsTrustedApplicationPool).
    # Note: A's collocated Mediation Server, with its trunks, routes and gateways; archiving and monitoring stores that others use; the federation and XMPP routes.
    # Note: Survivable Branch Appliances come in steps 27 and 28; look whether Topology Builder lets A go before.
    Write-Host 'Decide: Does anything still refer to A? (nothing does)'
    [void] (Read-Answer -Question 'Press Enter when it is done')
}

# ---- Unpair A and B, pair B and C, delete A
if (Test-Step -Id 'abc-22-topology.2' -Title 'Change the pairing, delete A and publish' -RunOn '<ServingServerFqdn>' -Account 'lync-admin' -Look 'on <ServingServerFqdn> run: Get-CsPool | Format-List -Property ''*'' | Out-Host; if it shows no object: Fqdn is the host <PoolAFqdn>, the step has had its effect' -Undo 'none') {
    # Note: Afterwards look at the replication, and run the Deployment Wizard where the to-do list asks for it.
    Confirm-Harm -Harm 'removes <PoolAFqdn> from the topology' -Name '<PoolAFqdn>'
    Write-Host 'In Topology Builder choose Download Topology from existing deployment. Right-click <PoolBFqdn>, Edit Properties, Resiliency, box below Associated Backup Pool: <PoolCFqdn>; tick Automatic failover and failback for Voice; OK. Right-click <PoolAFqdn>, Delete; of a Standard Edition server also its store under SQL stores. Action, Topology, Publish.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    Invoke-Shown -Command { Get-CsPool | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show no object: Fqdn is the host <PoolAFqdn>?'
    # To undo: none
}

# ---- Install and start the Backup Service on C
# Only if for each <ServerFqdn> of front ends of replacement
if (Test-Step -Id 'abc-23-bootstrap.1' -Title 'Has the server the new topology?' -RunOn '<ServingServerFqdn>' -Account 'lync-admin' -Look 'on <ServingServerFqdn> run: Get-CsManagementStoreReplicationStatus -ReplicaFqdn ''<ServerFqdn>'' | Format-List -Property ''*'' | Out-Host; if it shows every object: UpToDate is True (within 30 min), the step has had its effect') {
    Invoke-Shown -Command { Get-CsManagementStoreReplicationStatus -ReplicaFqdn '<ServerFqdn>' | Format-List -Property '*' | Out-Host }
    Invoke-Shown -Command { Get-CsManagementStoreReplicationStatus -ReplicaFqdn '<ServerFqdn>' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: UpToDate is True (within 30 min)?'
}

# ---- Install and start the Backup Service on C
# Only if for each <ServerFqdn> of front ends of replacement
if (Test-Step -Id 'abc-23-bootstrap.2' -Title 'Install the Backup Service and bring it to the cumulative update (CU) version' -RunOn '<ServerFqdn>' -Account 'lync-admin' -Look 'on <ServingServerFqdn> run: Get-Service -Name @(''LYNCBACKUP'') -ComputerName ''<ServerFqdn>'' | Format-List -Property ''*'' | Out-Host; if it shows every object: Name is LYNCBACKUP, the step has had its effect') {
    Write-Host 'On <ServerFqdn>, as local administrator, run Bootstrapper.exe from the folder Deployment of the product, then the installer of the cumulative update (CU) that the other components have; also on B''s servers if B was never paired from this build.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    Write-Host 'On <ServingServerFqdn> as lync-admin run: Get-Service -Name @(''LYNCBACKUP'') -ComputerName ''<ServerFqdn>'' | Format-List -Property ''*'' | Out-Host'
    Confirm-Check -Question 'Verify: does it show every object: Name is LYNCBACKUP?'
}

# ---- Install and start the Backup Service on C
# Only if for each <FrontEndFqdn> of front ends of replacement
if (Test-Step -Id 'abc-23-bootstrap.3' -Title 'Start LYNCBACKUP' -RunOn '<ServingServerFqdn>' -Account 'lync-admin' -Look 'on <ServingServerFqdn> run: Get-Service -Name @(''LYNCBACKUP'') -ComputerName ''<FrontEndFqdn>'' | Format-List -Property ''*'' | Out-Host; if it shows every object: Status is Running (within 5 min), the step has had its effect') {
    Invoke-Shown -Command { Start-CsWindowsService -Name 'LYNCBACKUP' -ComputerName '<FrontEndFqdn>' -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-Service -Name @('LYNCBACKUP') -ComputerName '<FrontEndFqdn>' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Status is Running (within 5 min)?'
}

# ---- Restart the Backup Service on B
# Only if for each <FrontEndFqdn> of front ends of partner
if (Test-Step -Id 'abc-24-restart.1' -Title 'Stop LYNCBACKUP' -RunOn '<ServingServerFqdn>' -Account 'lync-admin' -Look 'on <ServingServerFqdn> run: Get-Service -Name @(''LYNCBACKUP'') -ComputerName ''<FrontEndFqdn>'' | Format-List -Property ''*'' | Out-Host; if it shows every object: Status is Stopped (within 5 min), the step has had its effect') {
    Invoke-Shown -Command { Stop-CsWindowsService -Name 'LYNCBACKUP' -ComputerName '<FrontEndFqdn>' -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-Service -Name @('LYNCBACKUP') -ComputerName '<FrontEndFqdn>' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Status is Stopped (within 5 min)?'
}

# ---- Restart the Backup Service on B
# Only if for each <FrontEndFqdn> of front ends of partner
if (Test-Step -Id 'abc-24-restart.2' -Title 'Start LYNCBACKUP' -RunOn '<ServingServerFqdn>' -Account 'lync-admin' -Look 'on <ServingServerFqdn> run: Get-Service -Name @(''LYNCBACKUP'') -ComputerName ''<FrontEndFqdn>'' | Format-List -Property ''*'' | Out-Host; if it shows every object: Status is Running (within 5 min), the step has had its effect') {
    Invoke-Shown -Command { Start-CsWindowsService -Name 'LYNCBACKUP' -ComputerName '<FrontEndFqdn>' -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-Service -Name @('LYNCBACKUP') -ComputerName '<FrontEndFqdn>' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Status is Running (within 5 min)?'
}

# ---- Create the standby of the Central Management store on C
# Only if the new pool is a Standard Edition server
# Only if the Central Management store is on the surviving pool or was failed over to it
if (Test-Step -Id 'abc-25-cmsdb' -Title 'Create the standby of the Central Management store on C' -RunOn '<ServingServerFqdn>' -Account 'lync-admin' -Look 'on <ServingServerFqdn> run: Test-CsDatabase -CentralManagementDatabase -SqlServerFqdn ''<PoolCFqdn>'' -SqlInstanceName ''rtc'' | Format-List -Property ''*'' | Out-Host; if it shows every object: Succeed is True, the step has had its effect') {
    Invoke-Shown -Command { Install-CsDatabase -CentralManagementDatabase -SqlServerFqdn '<PoolCFqdn>' -SqlInstanceName 'rtc' -Confirm:$false -Verbose | Out-Host }
    Invoke-Shown -Command { Test-CsDatabase -CentralManagementDatabase -SqlServerFqdn '<PoolCFqdn>' -SqlInstanceName 'rtc' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Succeed is True?'
}

# ---- Synchronise both ways
if (Test-Step -Id 'abc-26-sync.1' -Title 'From C' -RunOn '<ServingServerFqdn>' -Account 'lync-admin' -Look 'on <ServingServerFqdn> run: Get-CsBackupServiceStatus -PoolFqdn ''<PoolCFqdn>'' | Select-Object -ExpandProperty ''BackupModules'' | Where-Object -Property ''Identity'' -Value ''CentralMgmt*'' -NotLike | Format-List -Property ''*'' | Out-Host; if it shows every object: ExportStatus is one of SteadyState, FinalState and ImportStatus is NormalState (within 120 min), the step has had its effect') {
    Invoke-Shown -Command { Invoke-CsBackupServiceSync -PoolFqdn '<PoolCFqdn>' | Out-Host }
    Invoke-Shown -Command { Get-CsBackupServiceStatus -PoolFqdn '<PoolCFqdn>' | Select-Object -ExpandProperty 'BackupModules' | Where-Object -Property 'Identity' -Value 'CentralMgmt*' -NotLike | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: ExportStatus is one of SteadyState, FinalState and ImportStatus is NormalState (within 120 min)?'
}

# ---- Synchronise both ways
if (Test-Step -Id 'abc-26-sync.2' -Title 'From B' -RunOn '<ServingServerFqdn>' -Account 'lync-admin' -Look 'on <ServingServerFqdn> run: Get-CsBackupServiceStatus -PoolFqdn ''<PoolBFqdn>'' | Select-Object -ExpandProperty ''BackupModules'' | Where-Object -Property ''Identity'' -Value ''CentralMgmt*'' -NotLike | Format-List -Property ''*'' | Out-Host; if it shows every object: ExportStatus is one of SteadyState, FinalState and ImportStatus is NormalState (within 120 min), the step has had its effect') {
    Invoke-Shown -Command { Invoke-CsBackupServiceSync -PoolFqdn '<PoolBFqdn>' | Out-Host }
    Invoke-Shown -Command { Get-CsBackupServiceStatus -PoolFqdn '<PoolBFqdn>' | Select-Object -ExpandProperty 'BackupModules' | Where-Object -Property 'Identity' -Value 'CentralMgmt*' -NotLike | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: ExportStatus is one of SteadyState, FinalState and ImportStatus is NormalState (within 120 min)?'
}

# ---- The users of each Survivable Branch Appliance of A
# Only if Survivable Branch Appliances have this pool as their backup
# Only if for each <SbaFqdn> of branch appliances
if (Test-Step -Id 'abc-27-sba.1' -Title 'Stop the appliance' -RunOn '<SbaFqdn>' -Account 'lync-admin' -Look 'on <SbaFqdn> run: Get-CsWindowsService | Format-List -Property ''*'' | Out-Host; if it shows every object: Status is Stopped (within 10 min), the step has had its effect' -Undo 'Start-CsWindowsService') {
    Confirm-Harm -Harm 'interrupts the branch of <SbaFqdn>' -Name '<SbaFqdn>'
    Invoke-Shown -Command { Stop-CsWindowsService -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-CsWindowsService | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Status is Stopped (within 10 min)?'
    # To undo: Start-CsWindowsService
}

# ---- The users of each Survivable Branch Appliance of A
# Only if Survivable Branch Appliances have this pool as their backup
# Only if for each <SbaFqdn> of branch appliances
if (Test-Step -Id 'abc-27-sba.2' -Title 'Save the list of its users' -RunOn '<ServingServerFqdn>' -Account 'lync-admin' -Look 'on <ServingServerFqdn> run: Get-Item -LiteralPath ''C:\Rescue\<RescueSetName>\sba_<SbaFqdn>.csv'' | Import-Csv | Where-Object -Property ''SipAddress'' -Value ''sip:*'' -Like | Measure-Object | Format-List -Property ''*'' | Out-Host; if it shows every object: Count is the Users that the step reads first, the step has had its effect') {
    # Note: A list that is there is refused, never replaced; rename one that an interrupted try left.
    Invoke-Shown -Command { Get-CsUser -Filter 'RegistrarPool -eq ''<SbaFqdn>''' | Measure-Object | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Before: users are homed on <SbaFqdn> still; once they are moved the list would be empty: does it show every object: Count is at least 1?'
    Invoke-Shown -Command { Get-CsUser -Filter 'RegistrarPool -eq ''<SbaFqdn>''' | Measure-Object | Format-List -Property '*' | Out-Host }
    $Read_Users = Read-Value -Question 'Count (from <ServingServerFqdn>)'
    Invoke-Shown -Command { Get-CsUser -Filter 'RegistrarPool -eq ''<SbaFqdn>''' | Export-Csv -Path 'C:\Rescue\<RescueSetName>\sba_<SbaFqdn>.csv' -NoClobber -NoTypeInformation -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-Item -LiteralPath 'C:\Rescue\<RescueSetName>\sba_<SbaFqdn>.csv' | Import-Csv | Where-Object -Property 'SipAddress' -Value 'sip:*' -Like | Measure-Object | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question ('Verify: does it show every object: Count is <Read:Users>?'.Replace('<Read:Users>', ($Read_Users -join ', ')))
}

# ---- The users of each Survivable Branch Appliance of A
# Only if Survivable Branch Appliances have this pool as their backup
# Only if for each <SbaFqdn> of branch appliances
if (Test-Step -Id 'abc-27-sba.3' -Title 'Rehome them on C' -RunOn '<ServingServerFqdn>' -Account 'lync-admin' -Look 'on <ServingServerFqdn> run: Get-CsUser -Filter ''RegistrarPool -eq ''''<SbaFqdn>'''''' | Out-Host; if it shows the number of objects is 0, the step has had its effect' -Undo 'Move-CsUser back, without their data') {
    Confirm-Harm -Harm 'moves the accounts of the users of <SbaFqdn> without contacts and meetings' -Name '<SbaFqdn>'
    Invoke-Shown -Command { Get-CsUser -Filter 'RegistrarPool -eq ''<SbaFqdn>''' | Move-CsUser -Target '<PoolCFqdn>' -Force -Confirm:$false -Verbose | Out-Host }
    Invoke-Shown -Command { Get-CsUser -Filter 'RegistrarPool -eq ''<SbaFqdn>''' | Out-Host }
    Confirm-Check -Question 'Verify: does it show the number of objects is 0?'
    # To undo: Move-CsUser back, without their data
}

# ---- The users of each Survivable Branch Appliance of A
# Only if Survivable Branch Appliances have this pool as their backup
# Only if for each <SbaFqdn> of branch appliances
if (Test-Step -Id 'abc-27-sba.4' -Title 'Update their data' -RunOn '<ServingServerFqdn>' -Account 'lync-admin') {
    # Note: Contacts of one of these users.
    Write-Host 'On <ServingServerFqdn> convert C:\Rescue\<RescueSetName>\PoolBUserData.zip with Convert-CsUserData, TargetVersion Lync2010, and for each user of C:\Rescue\<RescueSetName>\sba_<SbaFqdn>.csv run Update-CsUserData with the result and the address without sip in UserFilter.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
}

# ---- The users of each Survivable Branch Appliance of A
# Only if Survivable Branch Appliances have this pool as their backup
# Only if for each <SbaFqdn> of branch appliances
if (Test-Step -Id 'abc-27-sba.5' -Title 'Associate the appliance with C' -RunOn '<ServingServerFqdn>' -Account 'lync-admin' -Undo 'associate another pool and publish') {
    # Note: Topology Builder shows pool C as its User Services Pool.
    Confirm-Harm -Harm 'changes the published topology; <PoolCFqdn> is the backup of <SbaFqdn>' -Name '<SbaFqdn>'
    Write-Host 'In Topology Builder, branch site, Survivable Branch Appliances, <SbaFqdn>, Front End pool, User Services Pool <PoolCFqdn>, Next. Right-click it, Topology, Publish.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    # To undo: associate another pool and publish
}

# ---- The users of each Survivable Branch Appliance of A
# Only if Survivable Branch Appliances have this pool as their backup
# Only if for each <SbaFqdn> of branch appliances
if (Test-Step -Id 'abc-27-sba.6' -Title 'Start the appliance' -RunOn '<SbaFqdn>' -Account 'lync-admin' -Look 'on <SbaFqdn> run: Get-CsWindowsService | Format-List -Property ''*'' | Out-Host; if it shows every object: Status is Running (within 30 min), the step has had its effect') {
    Invoke-Shown -Command { Start-CsWindowsService -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-CsWindowsService | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Status is Running (within 30 min)?'
}

# ---- The users of each Survivable Branch Appliance of A
# Only if Survivable Branch Appliances have this pool as their backup
# Only if for each <SbaFqdn> of branch appliances
if (Test-Step -Id 'abc-27-sba.7' -Title 'Bring its users home' -RunOn '<ServingServerFqdn>' -Account 'lync-admin' -Look 'on <ServingServerFqdn> run: Get-CsUser -Filter ''RegistrarPool -eq ''''<SbaFqdn>'''''' | Measure-Object | Format-List -Property ''*'' | Out-Host; if it shows every object: Count is at least the Users that the step reads first, the step has had its effect' -Undo 'Move-CsUser back') {
    Confirm-Harm -Harm 'moves these users to <SbaFqdn> again' -Name '<SbaFqdn>'
    Invoke-Shown -Command { Import-Csv -Path 'C:\Rescue\<RescueSetName>\sba_<SbaFqdn>.csv' | Measure-Object | Format-List -Property '*' | Out-Host }
    $Read_Users = Read-Value -Question 'Count (from <ServingServerFqdn>)'
    Invoke-Shown -Command { Import-Csv -Path 'C:\Rescue\<RescueSetName>\sba_<SbaFqdn>.csv' | Move-CsUser -Target '<SbaFqdn>' -Force -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-CsUser -Filter 'RegistrarPool -eq ''<SbaFqdn>''' | Measure-Object | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question ('Verify: does it show every object: Count is at least <Read:Users>?'.Replace('<Read:Users>', ($Read_Users -join ', ')))
    # To undo: Move-CsUser back
}

# ---- Try the new pool as a user
# Only if a pool that homes users is known, with which the result is tried
# Only if two test accounts of the pool that is tried are recorded
# Only if for each <TriedPoolFqdn> of replacement pool
if (Test-Step -Id 'abc-accept.1.1' -Title 'Try it: a test user signs in' -RunOn '<TriedServerFqdn>' -Account 'lync-admin') {
    # Note: The passwords of <TestUser1> and <TestUser2> are asked once and kept in memory only.
    # Note: Each of these tests may be left out with a reason; the report shows result and latency.
    Invoke-Shown -Command { Test-CsRegistration -TargetFqdn '<TriedPoolFqdn>' -UserSipAddress '<TestUser1Sip>' -UserCredential (Get-Credential '<TestUser1>') | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Result is Success?'
}

# ---- Try the new pool as a user
# Only if a pool that homes users is known, with which the result is tried
# Only if two test accounts of the pool that is tried are recorded
# Only if for each <TriedPoolFqdn> of replacement pool
if (Test-Step -Id 'abc-accept.1.2' -Title 'Try it: an instant message between two test users' -RunOn '<TriedServerFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { Test-CsIM -TargetFqdn '<TriedPoolFqdn>' -SenderSipAddress '<TestUser1Sip>' -SenderCredential (Get-Credential '<TestUser1>') -ReceiverSipAddress '<TestUser2Sip>' -ReceiverCredential (Get-Credential '<TestUser2>') | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Result is Success?'
}

# ---- Try the new pool as a user
# Only if a pool that homes users is known, with which the result is tried
# Only if two test accounts of the pool that is tried are recorded
# Only if for each <TriedPoolFqdn> of replacement pool
if (Test-Step -Id 'abc-accept.1.3' -Title 'Try it: one test user sees the presence of the other' -RunOn '<TriedServerFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { Test-CsPresence -TargetFqdn '<TriedPoolFqdn>' -PublisherSipAddress '<TestUser1Sip>' -PublisherCredential (Get-Credential '<TestUser1>') -SubscriberSipAddress '<TestUser2Sip>' -SubscriberCredential (Get-Credential '<TestUser2>') | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Result is Success?'
}

# ---- Try the new pool as a user
# Only if a pool that homes users is known, with which the result is tried
# Only if two test accounts of the pool that is tried are recorded
# Only if for each <TriedPoolFqdn> of replacement pool
if (Test-Step -Id 'abc-accept.1.4' -Title 'Try it: a conference of two test users with messages' -RunOn '<TriedServerFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { Test-CsGroupIM -TargetFqdn '<TriedPoolFqdn>' -SenderSipAddress '<TestUser1Sip>' -SenderCredential (Get-Credential '<TestUser1>') -ReceiverSipAddress '<TestUser2Sip>' -ReceiverCredential (Get-Credential '<TestUser2>') | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Result is Success?'
}

# ---- Try the new pool as a user
# Only if a pool that homes users is known, with which the result is tried
# Only if two test accounts of the pool that is tried are recorded
# Only if for each <TriedPoolFqdn> of replacement pool
if (Test-Step -Id 'abc-accept.1.5' -Title 'Try it: a test user reaches the Address Book' -RunOn '<TriedServerFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { Test-CsAddressBookService -TargetFqdn '<TriedPoolFqdn>' -UserSipAddress '<TestUser1Sip>' -UserCredential (Get-Credential '<TestUser1>') | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Result is Success?'
}

# ---- Try the new pool as a user
# Only if a pool that homes users is known, with which the result is tried
# Only if two test accounts of the pool that is tried are recorded
# Only if the users of the pool that is tried have Persistent Chat
# Only if Persistent Chat of the pool that is tried was not lost with it
# Only if for each <TriedPoolFqdn> of replacement pool
if (Test-Step -Id 'abc-accept.1.6' -Title 'Try it: a message in a chat room' -RunOn '<TriedServerFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { Test-CsPersistentChatMessage -TargetFqdn '<TriedPoolFqdn>' -SenderSipAddress '<TestUser1Sip>' -SenderCredential (Get-Credential '<TestUser1>') -ReceiverSipAddress '<TestUser2Sip>' -ReceiverCredential (Get-Credential '<TestUser2>') | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Result is Success?'
}

# ---- Try the new pool as a user
# Only if a pool that homes users is known, with which the result is tried
# Only if not: two test accounts of the pool that is tried are recorded
# Only if With whom is the pool tried at the end? a person signs in and tries
# Only if for each <TriedPoolFqdn> of replacement pool
if (Test-Step -Id 'abc-accept.2' -Title 'Try it: sign in, send messages, look at contacts' -RunOn '<TriedServerFqdn>' -Account 'lync-admin') {
    # Note: Record two test accounts in the deployment facts; the next restore then tries all this by cmdlets.
    # Note: Only a person sees what the client shows.
    Write-Host 'Sign in to the Lync client as two users of <TriedPoolFqdn>. Look at the contact lists, send an instant message in both directions, start a conference of the two with a third person, search for a name in the Address Book, and write into a chat room where Persistent Chat is deployed. An Edge Server: sign in from outside as well.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
}

# ---- Try the new pool as a user
# Only if a pool that homes users is known, with which the result is tried
# Only if not: two test accounts of the pool that is tried are recorded
# Only if With whom is the pool tried at the end? the test accounts of Get-CsHealthMonitoringConfiguration
# Only if for each <TriedPoolFqdn> of replacement pool
if (Test-Step -Id 'abc-accept.2.1' -Title 'Try it: a test user signs in' -RunOn '<TriedServerFqdn>' -Account 'lync-admin') {
    # Note: Each of these tests may be left out with a reason; the report shows result and latency.
    Invoke-Shown -Command { Test-CsRegistration -TargetFqdn '<TriedPoolFqdn>' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Result is Success?'
}

# ---- Try the new pool as a user
# Only if a pool that homes users is known, with which the result is tried
# Only if not: two test accounts of the pool that is tried are recorded
# Only if With whom is the pool tried at the end? the test accounts of Get-CsHealthMonitoringConfiguration
# Only if for each <TriedPoolFqdn> of replacement pool
if (Test-Step -Id 'abc-accept.2.2' -Title 'Try it: an instant message between two test users' -RunOn '<TriedServerFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { Test-CsIM -TargetFqdn '<TriedPoolFqdn>' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Result is Success?'
}

# ---- Try the new pool as a user
# Only if a pool that homes users is known, with which the result is tried
# Only if not: two test accounts of the pool that is tried are recorded
# Only if With whom is the pool tried at the end? the test accounts of Get-CsHealthMonitoringConfiguration
# Only if for each <TriedPoolFqdn> of replacement pool
if (Test-Step -Id 'abc-accept.2.3' -Title 'Try it: one test user sees the presence of the other' -RunOn '<TriedServerFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { Test-CsPresence -TargetFqdn '<TriedPoolFqdn>' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Result is Success?'
}

# ---- Try the new pool as a user
# Only if a pool that homes users is known, with which the result is tried
# Only if not: two test accounts of the pool that is tried are recorded
# Only if With whom is the pool tried at the end? the test accounts of Get-CsHealthMonitoringConfiguration
# Only if for each <TriedPoolFqdn> of replacement pool
if (Test-Step -Id 'abc-accept.2.4' -Title 'Try it: a conference of two test users with messages' -RunOn '<TriedServerFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { Test-CsGroupIM -TargetFqdn '<TriedPoolFqdn>' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Result is Success?'
}

# ---- Try the new pool as a user
# Only if a pool that homes users is known, with which the result is tried
# Only if not: two test accounts of the pool that is tried are recorded
# Only if With whom is the pool tried at the end? the test accounts of Get-CsHealthMonitoringConfiguration
# Only if for each <TriedPoolFqdn> of replacement pool
if (Test-Step -Id 'abc-accept.2.5' -Title 'Try it: a test user reaches the Address Book' -RunOn '<TriedServerFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { Test-CsAddressBookService -TargetFqdn '<TriedPoolFqdn>' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Result is Success?'
}

# ---- Try the new pool as a user
# Only if a pool that homes users is known, with which the result is tried
# Only if not: two test accounts of the pool that is tried are recorded
# Only if With whom is the pool tried at the end? the test accounts of Get-CsHealthMonitoringConfiguration
# Only if the users of the pool that is tried have Persistent Chat
# Only if Persistent Chat of the pool that is tried was not lost with it
# Only if for each <TriedPoolFqdn> of replacement pool
if (Test-Step -Id 'abc-accept.2.6' -Title 'Try it: a message in a chat room' -RunOn '<TriedServerFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { Test-CsPersistentChatMessage -TargetFqdn '<TriedPoolFqdn>' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Result is Success?'
}

Write-Host 'Afterwards: New regular backups of pool C, and of pool B too; B lost A''s data and has another partner.'
Write-Host 'Afterwards: Worksheets of B and C (backup pool), deployment facts, DNS, load balancer, certificates, simple URLs and monitoring for the new FQDN.'
Write-Host 'Afterwards: Remove the computer accounts of pool A from Active Directory.'
Write-Host 'Afterwards: Collocated archiving and monitoring data of A are not carried over; they come from the SQL backups (restore-archmon).'
Complete-Record
} catch {
    Show-Failure -Failure $_
    $script:Ended = $true
    exit 1
} finally {
    Close-Record
}
exit 0
