# Pair two pools (pairing)
# After: Deploying paired Front End pools for disaster recovery in Lync Server 2013
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

$script:Plan = 'pairing'
$script:Steps = @(
    'pair-rules',
    'pair-2019',
    'pair-define',
    'pair-associate',
    'pair-relation.1',
    'pair-relation.2',
    'pair-topology',
    'pair-cmsdb.1',
    'pair-cmsdb.2',
    'pair-deploy',
    'pair-replicas',
    'pair-bootstrap',
    'pair-update',
    'pair-start.1',
    'pair-start.2',
    'pair-sync.1',
    'pair-sync.2',
    'pair-status.1',
    'pair-status.2'
)

# Replace each of these everywhere in this file (editor, Replace All); double any apostrophe.
$values = @(
    '<FailedPoolServerFqdn>',
    '<FailedPoolFqdn>',
    '<ServingPoolFqdn>',
    '<ServingServerFqdn>',
    '<ServerFqdn>',
    '<FrontEndFqdn>'
)
if ($values -match '^<.*>$') {
    throw ('Fill in first: {0}' -f (($values -match '^<.*>$') -join ', '))
}

try {
Open-Record

# ---- Do the two pools fit together?
if (Test-Step -Id 'pair-rules' -Title 'Do the two pools fit together?' -RunOn '<FailedPoolServerFqdn>' -Account 'lync-admin') {
    # Note: Topology Builder does not check any of this.
    # Note: Enterprise with Enterprise or Standard with Standard; both physical or both virtual; the same operating system.
    # Note: The same high availability of both Back Ends (mirroring, clustering or Always On, never mixed); each pool can carry all users of both.
    # Note: 1 to 1 and mutual; neither pool serves a third one.
    Write-Host 'Decide: Do the two pools fit together? (they fit)'
    [void] (Read-Answer -Question 'Press Enter when it is done')
}

# ---- Has every pool three Front End Servers?
# Only if the deployment is Skype for Business Server 2019, which has no Persistent Chat
if (Test-Step -Id 'pair-2019' -Title 'Has every pool three Front End Servers?' -RunOn '<FailedPoolServerFqdn>' -Account 'lync-admin') {
    # Note: Skype for Business Server 2019 refuses to publish an Enterprise pool of two servers. It has no Persistent Chat either.
    Write-Host 'Decide: Has every pool three Front End Servers? (each has three or more)'
    [void] (Read-Answer -Question 'Press Enter when it is done')
}

# ---- Define the pools
if (Test-Step -Id 'pair-define' -Title 'Define the pools' -RunOn '<FailedPoolServerFqdn>' -Account 'lync-admin') {
    # Note: Both pools are in the tree of Topology Builder.
    Write-Host 'In Topology Builder choose Download Topology from existing deployment. Create the pools there if they are new.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
}

# ---- Associate the backup pool and publish
if (Test-Step -Id 'pair-associate' -Title 'Associate the backup pool and publish' -RunOn '<FailedPoolServerFqdn>' -Account 'lync-admin' -Undo 'clear Associated Backup Pool and publish (unpair-pools)') {
    # Note: The option for Voice lets clients reach the partner by themselves; it never makes a failover automatic.
    # Note: Get-CsPoolBackupRelationship on both pools names the other; no public text says under which property.
    Confirm-Harm -Harm 'changes the published topology; the two pools become each other''s backup' -Name '<FailedPoolFqdn>'
    Write-Host 'Right-click <FailedPoolFqdn>, Edit Properties, Resiliency; tick Associated Backup Pool and choose <ServingPoolFqdn> below; tick Automatic failover and failback for Voice; OK. The right pane shows the partner under Resiliency. Node Lync Server 2013, Topology, Publish.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    # To undo: clear Associated Backup Pool and publish (unpair-pools)
}

# ---- Do both pools name each other?
if (Test-Step -Id 'pair-relation.1' -Title 'The backup pool of the first' -RunOn '<FailedPoolServerFqdn>' -Account 'lync-admin') {
    # Note: Look for <ServingPoolFqdn>.
    Invoke-Shown -Command { Get-CsPoolBackupRelationship -PoolFqdn '<FailedPoolFqdn>' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show the number of objects is at least 1?'
}

# ---- Do both pools name each other?
if (Test-Step -Id 'pair-relation.2' -Title 'The backup pool of the second' -RunOn '<FailedPoolServerFqdn>' -Account 'lync-admin') {
    # Note: Look for <FailedPoolFqdn>.
    Invoke-Shown -Command { Get-CsPoolBackupRelationship -PoolFqdn '<ServingPoolFqdn>' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show the number of objects is at least 1?'
}

# ---- Enable the topology
if (Test-Step -Id 'pair-topology' -Title 'Enable the topology' -RunOn '<FailedPoolServerFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { Enable-CsTopology -Confirm:$false | Out-Host }
}

# ---- Create the standby of the Central Management store
# Only if the target is a Standard Edition server
# Only if the pool hosts the active Central Management store
if (Test-Step -Id 'pair-cmsdb.1' -Title 'Let other servers reach the partner''s SQL Server Express' -RunOn '<ServingServerFqdn>' -Account 'lync-admin') {
    # Note: A connection from a third server to the instance rtc; without it the shell there finds no store after a failover.
    Write-Host 'On <ServingServerFqdn> run Prepare first Standard Edition server in the Deployment Wizard, or open the firewall for its SQL Server Express (UDP 1434 and the port of the instance rtc). From a third server test the connection.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
}

# ---- Create the standby of the Central Management store
# Only if the target is a Standard Edition server
# Only if the pool hosts the active Central Management store
if (Test-Step -Id 'pair-cmsdb.2' -Title 'Create the database' -RunOn '<FailedPoolServerFqdn>' -Account 'lync-admin' -Look 'on <FailedPoolServerFqdn> run: Test-CsDatabase -CentralManagementDatabase -SqlServerFqdn ''<ServingPoolFqdn>'' -SqlInstanceName ''rtc'' | Format-List -Property ''*'' | Out-Host; if it shows every object: Succeed is True, the step has had its effect') {
    Invoke-Shown -Command { Install-CsDatabase -CentralManagementDatabase -SqlServerFqdn '<ServingPoolFqdn>' -SqlInstanceName 'rtc' -Confirm:$false -Verbose | Out-Host }
    Invoke-Shown -Command { Test-CsDatabase -CentralManagementDatabase -SqlServerFqdn '<ServingPoolFqdn>' -SqlInstanceName 'rtc' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Succeed is True?'
}

# ---- Are the pools deployed?
if (Test-Step -Id 'pair-deploy' -Title 'Are the pools deployed?' -RunOn '<FailedPoolServerFqdn>' -Account 'lync-admin') {
    # Note: A pool that is not deployed yet gets everything when it is deployed; then only the sync is left.
    Write-Host 'Decide: Are the pools deployed? (both are deployed already)'
    [void] (Read-Answer -Question 'Press Enter when it is done')
}

# ---- Has the server the new topology?
# Only if for each <ServerFqdn> of front ends of pair
if (Test-Step -Id 'pair-replicas' -Title 'Has the server the new topology?' -RunOn '<FailedPoolServerFqdn>' -Account 'lync-admin' -Look 'on <FailedPoolServerFqdn> run: Get-CsManagementStoreReplicationStatus -ReplicaFqdn ''<ServerFqdn>'' | Format-List -Property ''*'' | Out-Host; if it shows every object: UpToDate is True (within 30 min), the step has had its effect') {
    Invoke-Shown -Command { Get-CsManagementStoreReplicationStatus -ReplicaFqdn '<ServerFqdn>' | Format-List -Property '*' | Out-Host }
    Invoke-Shown -Command { Get-CsManagementStoreReplicationStatus -ReplicaFqdn '<ServerFqdn>' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: UpToDate is True (within 30 min)?'
}

# ---- Run the bootstrapper on every Front End Server of both pools
# Only if for each <ServerFqdn> of front ends of pair
if (Test-Step -Id 'pair-bootstrap' -Title 'Run the bootstrapper on every Front End Server of both pools' -RunOn '<ServerFqdn>' -Account 'lync-admin' -Look 'on <ServerFqdn> run: Get-Service -Name @(''LYNCBACKUP'') | Format-List -Property ''*'' | Out-Host; if it shows every object: Name is LYNCBACKUP, the step has had its effect') {
    Write-Host 'On <ServerFqdn>, as local administrator who is in RTCUniversalServerAdmins, run Bootstrapper.exe from the folder Deployment of the product (normally Program Files\Microsoft Lync Server 2013\Deployment).'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    Invoke-Shown -Command { Get-Service -Name @('LYNCBACKUP') | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Name is LYNCBACKUP?'
}

# ---- Bring the Backup Service to the cumulative update (CU) version of the server
# Only if for each <ServerFqdn> of front ends of pair
if (Test-Step -Id 'pair-update' -Title 'Bring the Backup Service to the cumulative update (CU) version of the server' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    # Note: Otherwise LYNCBACKUP crashes again and again (event 4007).
    # Note: Programs and Features, or the file version of LyncBackupService.exe, shows the version of the other components.
    Write-Host 'The bootstrapper installs from the original media. On <ServerFqdn> run the installer of the cumulative update (CU) that the other components have again, before the service is started.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
}

# ---- Restart the Backup Service
# Only if for each <FrontEndFqdn> of front ends of pair
if (Test-Step -Id 'pair-start.1' -Title 'Stop LYNCBACKUP' -RunOn '<FailedPoolServerFqdn>' -Account 'lync-admin' -Look 'on <FailedPoolServerFqdn> run: Get-Service -Name @(''LYNCBACKUP'') -ComputerName ''<FrontEndFqdn>'' | Format-List -Property ''*'' | Out-Host; if it shows every object: Status is Stopped (within 5 min), the step has had its effect') {
    Invoke-Shown -Command { Stop-CsWindowsService -Name 'LYNCBACKUP' -ComputerName '<FrontEndFqdn>' -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-Service -Name @('LYNCBACKUP') -ComputerName '<FrontEndFqdn>' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Status is Stopped (within 5 min)?'
}

# ---- Restart the Backup Service
# Only if for each <FrontEndFqdn> of front ends of pair
if (Test-Step -Id 'pair-start.2' -Title 'Start LYNCBACKUP' -RunOn '<FailedPoolServerFqdn>' -Account 'lync-admin' -Look 'on <FailedPoolServerFqdn> run: Get-Service -Name @(''LYNCBACKUP'') -ComputerName ''<FrontEndFqdn>'' | Format-List -Property ''*'' | Out-Host; if it shows every object: Status is Running (within 5 min), the step has had its effect') {
    # Note: It runs on every Front End Server and works on one of them.
    Invoke-Shown -Command { Start-CsWindowsService -Name 'LYNCBACKUP' -ComputerName '<FrontEndFqdn>' -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-Service -Name @('LYNCBACKUP') -ComputerName '<FrontEndFqdn>' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Status is Running (within 5 min)?'
}

# ---- Synchronise both ways
if (Test-Step -Id 'pair-sync.1' -Title 'From the first pool' -RunOn '<FailedPoolServerFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { Invoke-CsBackupServiceSync -PoolFqdn '<FailedPoolFqdn>' | Out-Host }
}

# ---- Synchronise both ways
if (Test-Step -Id 'pair-sync.2' -Title 'From the second pool' -RunOn '<FailedPoolServerFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { Invoke-CsBackupServiceSync -PoolFqdn '<ServingPoolFqdn>' | Out-Host }
}

# ---- Is the Backup Service steady in both directions?
if (Test-Step -Id 'pair-status.1' -Title 'From the partner to this pool' -RunOn '<ServingServerFqdn>' -Account 'lync-admin' -Look 'on <ServingServerFqdn> run: Get-CsBackupServiceStatus -PoolFqdn ''<ServingPoolFqdn>'' | Select-Object -ExpandProperty ''BackupModules'' | Where-Object -Property ''Identity'' -Value ''CentralMgmt*'' -NotLike | Format-List -Property ''*'' | Out-Host; if it shows every object: ExportStatus is one of SteadyState, FinalState and ImportStatus is NormalState (within 30 min), the step has had its effect') {
    # Note: Steady and final are good; NotInitialized is normal for CentralMgmt.CMSMaster on a pool that is not the master.
    Invoke-Shown -Command { Get-CsBackupServiceStatus -PoolFqdn '<ServingPoolFqdn>' | Select-Object -ExpandProperty 'BackupModules' | Out-Host }
    Invoke-Shown -Command { Get-CsBackupServiceStatus -PoolFqdn '<ServingPoolFqdn>' | Select-Object -ExpandProperty 'BackupModules' | Where-Object -Property 'Identity' -Value 'CentralMgmt*' -NotLike | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: ExportStatus is one of SteadyState, FinalState and ImportStatus is NormalState (within 30 min)?'
}

# ---- Is the Backup Service steady in both directions?
if (Test-Step -Id 'pair-status.2' -Title 'From this pool to the partner' -RunOn '<ServingServerFqdn>' -Account 'lync-admin' -Look 'on <ServingServerFqdn> run: Get-CsBackupServiceStatus -PoolFqdn ''<FailedPoolFqdn>'' | Select-Object -ExpandProperty ''BackupModules'' | Where-Object -Property ''Identity'' -Value ''CentralMgmt*'' -NotLike | Format-List -Property ''*'' | Out-Host; if it shows every object: ExportStatus is one of SteadyState, FinalState and ImportStatus is NormalState (within 30 min), the step has had its effect') {
    Invoke-Shown -Command { Get-CsBackupServiceStatus -PoolFqdn '<FailedPoolFqdn>' | Select-Object -ExpandProperty 'BackupModules' | Out-Host }
    Invoke-Shown -Command { Get-CsBackupServiceStatus -PoolFqdn '<FailedPoolFqdn>' | Select-Object -ExpandProperty 'BackupModules' | Where-Object -Property 'Identity' -Value 'CentralMgmt*' -NotLike | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: ExportStatus is one of SteadyState, FinalState and ImportStatus is NormalState (within 30 min)?'
}

Write-Host 'Afterwards: At least once three Front End Servers of a pool that has so many must run at the same time, or its data is not synchronised.'
Write-Host 'Afterwards: Backup Service traffic is not encrypted. Protect the link between the sites (private WAN, or IPsec for SMB between the Front End Servers and both file stores).'
Write-Host 'Afterwards: Take a fresh backup of both pools, and record the pair in the worksheets of both.'
Complete-Record
} catch {
    Show-Failure -Failure $_
    $script:Ended = $true
    exit 1
} finally {
    Close-Record
}
exit 0
