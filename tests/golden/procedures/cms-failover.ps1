# Fail the Central Management store over to the paired pool (cms-failover)
# After: Failing over a pool in Lync Server 2013
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

$script:Plan = 'cms-failover'
$script:Steps = @(
    'cf-undo.1',
    'cf-undo.2',
    'cf-find.1',
    'cf-find.2',
    'cf-relation',
    'cf-status',
    'cf-export.1',
    'cf-export.2',
    'cf-export.3',
    'cf-export.4',
    'cf-export.5',
    'cf-export.6',
    'cf-principal',
    'cf-failover.1',
    'cf-failover.2',
    'cf-move.1',
    'cf-move.2',
    'cf-move.3',
    'cf-move.4',
    'cf-move.5',
    'cf-check.1',
    'cf-check.2',
    'cf-check.3',
    'cf-restart.1',
    'cf-restart.2',
    'cf-replicas',
    'cf-lis.1',
    'cf-lis.2',
    'cf-lis.3',
    'cf-lis.4',
    'cf-lis.5',
    'cf-lis.6'
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
    '<Run:local-folder>'
)
if ($values -match '^<.*>$') {
    throw ('Fill in first: {0}' -f (($values -match '^<.*>$') -join ', '))
}
# Decide first: Does the pool that hosts the store still work? yes, it is moved for maintenance / no, the pool or its SQL Server is lost
# Decide first: What was lost? the pool alone, or nothing / everything at its site
# Decide first: Does the partner hold a standby of the store? yes, the pools are paired / no, it is moved from its exports
# Decide first: Does the store say that it is being moved to another location? no, or nothing was tried yet / yes

try {
Open-Record

# ---- Undo the unfinished failover
# Only if Does the store say that it is being moved to another location? yes
if (Test-Step -Id 'cf-undo.1' -Title 'Which store is in use' -RunOn '<ServingServerFqdn>' -Account 'lync-admin') {
    # Note: The next step runs on a server of the pool whose SQL Server this names; here that is <FailedPoolFqdn>.
    Invoke-Shown -Command { Get-CsManagementConnection | Format-List -Property '*' | Out-Host }
}

# ---- Undo the unfinished failover
# Only if Does the store say that it is being moved to another location? yes
if (Test-Step -Id 'cf-undo.2' -Title 'Undo the unfinished failover' -RunOn '<FailedPoolServerFqdn>' -Account 'lync-admin' -Look 'on <FailedPoolServerFqdn> run: Get-CsManagementStoreReplicationStatus -CentralManagementStoreStatus | Format-List -Property ''*'' | Out-Host; if it shows every object: ActiveMasterFqdn is not empty (within 5 min), the step has had its effect' -Undo 'Invoke-CsManagementServerFailover, once the store has settled') {
    # Note: Only where a server of that pool still runs; where it is lost, go on with the failover itself.
    Confirm-Harm -Harm 'gives up the failover that was begun and makes <FailedPoolFqdn> the active master again' -Name '<FailedPoolFqdn>'
    Invoke-Shown -Command { Invoke-CsManagementServerFailover -Restore -Confirm:$false -Verbose | Out-Host }
    Invoke-Shown -Command { Get-CsManagementStoreReplicationStatus -CentralManagementStoreStatus | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: ActiveMasterFqdn is not empty (within 5 min)?'
    # To undo: Invoke-CsManagementServerFailover, once the store has settled
}

# ---- Does the pool host the active store?
# Only if Does the pool that hosts the store still work? yes, it is moved for maintenance
if (Test-Step -Id 'cf-find.1' -Title 'Which pool is the master' -RunOn '<ServingServerFqdn>' -Account 'lync-admin') {
    # Note: Of a pair two objects come back; the master is the one with Active True. The other is the standby, and a pool that only holds the standby needs no failover of the store.
    # Note: Invoke-CsManagementServerFailover -WhatIf prints the same as text; without the switch it acts, so it is not used here.
    Invoke-Shown -Command { Get-CsService -CentralManagement | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show at least one object: PoolFqdn is the host <FailedPoolFqdn> and Active is True?'
}

# ---- Does the pool host the active store?
# Only if Does the pool that hosts the store still work? no, the pool or its SQL Server is lost
if (Test-Step -Id 'cf-find.2' -Title 'Confirm that the store is lost or was on the failed pool' -RunOn '<ServingServerFqdn>' -Account 'lync-admin') {
    # Note: Get-CsManagementStoreReplicationStatus -CentralManagementStoreStatus; an empty ActiveMasterFqdn means that the store is not available.
    # Note: Get-CsService -CentralManagement; the master is the object with Active True. Where that is another pool that works, do not go on.
    Write-Host 'Decide: Confirm that the store is lost or was on the failed pool (fail it over)'
    [void] (Read-Answer -Question 'Press Enter when it is done')
}

# ---- Which pool is the backup pool?
# Only if Does the partner hold a standby of the store? yes, the pools are paired
if (Test-Step -Id 'cf-relation' -Title 'Which pool is the backup pool?' -RunOn '<ServingServerFqdn>' -Account 'lync-admin') {
    # Note: Look for <ServingPoolFqdn> in the answer; the local replica answers even if the store is down.
    Invoke-Shown -Command { Get-CsPoolBackupRelationship -PoolFqdn '<FailedPoolFqdn>' -LocalStore | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show the number of objects is at least 1?'
}

# ---- Does the store work, and is every change replicated?
# Only if Does the pool that hosts the store still work? yes, it is moved for maintenance
if (Test-Step -Id 'cf-status' -Title 'Does the store work, and is every change replicated?' -RunOn '<ServingServerFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { Get-CsManagementStoreReplicationStatus -CentralManagementStoreStatus | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: ActiveMasterFqdn is not empty and ActiveFileTransferAgents is not empty?'
}

# ---- Export configuration and locations first
# Only if Does the partner hold a standby of the store? yes, the pools are paired
if (Test-Step -Id 'cf-export.1' -Title 'Create a new folder for what this failover saves' -RunOn '<ServingServerFqdn>' -Account 'lync-admin' -Look 'on <ServingServerFqdn> run: Test-Path -LiteralPath ''<RescueSet>'' | Out-Host; if it shows every object: the value is True, the step has had its effect') {
    # Note: A finished backup set is never written to; what is made now has a set and a manifest of its own.
    Invoke-Shown -Command { New-Item -ItemType 'Directory' -Path '<RescueSet>' -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Test-Path -LiteralPath '<RescueSet>' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: the value is True?'
}

# ---- Export configuration and locations first
# Only if Does the partner hold a standby of the store? yes, the pools are paired
if (Test-Step -Id 'cf-export.2' -Title 'Create the local folder' -RunOn '<ServingServerFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { New-Item -ItemType 'Directory' -Path 'C:\Rescue\<RescueSetName>' -Force -Confirm:$false | Out-Host }
}

# ---- Export configuration and locations first
# Only if Does the partner hold a standby of the store? yes, the pools are paired
# Only if Does the pool that hosts the store still work? yes, it is moved for maintenance
if (Test-Step -Id 'cf-export.3' -Title 'Export the configuration' -RunOn '<ServingServerFqdn>' -Account 'lync-admin' -Look 'on <ServingServerFqdn> run: Get-Item -LiteralPath ''C:\Rescue\<RescueSetName>\Config.zip'' | Format-List -Property ''*'' | Out-Host; if it shows every object: LastWriteTime is another than what it was just before this step and Length is not 0, the step has had its effect') {
    # Note: A failover that reports success can leave no master at all; then this export is the way back.
    Invoke-Shown -Command { Test-Path -LiteralPath 'C:\Rescue\<RescueSetName>\Config.zip' | Out-Host }
    Confirm-Check -Question 'Before: there is no such file yet; rename what an earlier try left: does it show every object: the value is False?'
    Invoke-Shown -Command { Export-CsConfiguration -FileName 'C:\Rescue\<RescueSetName>\Config.zip' | Out-Host }
    Invoke-Shown -Command { Get-Item -LiteralPath 'C:\Rescue\<RescueSetName>\Config.zip' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: LastWriteTime is another than what it was just before this step and Length is not 0?'
}

# ---- Export configuration and locations first
# Only if Does the partner hold a standby of the store? yes, the pools are paired
# Only if Does the pool that hosts the store still work? yes, it is moved for maintenance
if (Test-Step -Id 'cf-export.4' -Title 'Export the location information' -RunOn '<ServingServerFqdn>' -Account 'lync-admin' -Look 'on <ServingServerFqdn> run: Get-Item -LiteralPath ''C:\Rescue\<RescueSetName>\E911Config.zip'' | Format-List -Property ''*'' | Out-Host; if it shows every object: LastWriteTime is another than what it was just before this step and Length is not 0, the step has had its effect') {
    Invoke-Shown -Command { Export-CsLisConfiguration -FileName 'C:\Rescue\<RescueSetName>\E911Config.zip' | Out-Host }
    Invoke-Shown -Command { Get-Item -LiteralPath 'C:\Rescue\<RescueSetName>\E911Config.zip' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: LastWriteTime is another than what it was just before this step and Length is not 0?'
}

# ---- Export configuration and locations first
# Only if Does the partner hold a standby of the store? yes, the pools are paired
# Only if Does the pool that hosts the store still work? no, the pool or its SQL Server is lost
if (Test-Step -Id 'cf-export.5' -Title 'Export the configuration from the replica of a server that runs' -RunOn '<ServingServerFqdn>' -Account 'lync-admin' -Look 'on <ServingServerFqdn> run: Get-Item -LiteralPath ''C:\Rescue\<RescueSetName>\Config.zip'' | Format-List -Property ''*'' | Out-Host; if it shows every object: LastWriteTime is another than what it was just before this step and Length is not 0, the step has had its effect') {
    # Note: It has two minutes. Where it does not answer, skip it with the reason; the newest verified backup set has the rest.
    # Note: Location information cannot be exported while the store is down; the backup set has it.
    Invoke-Shown -Command { Test-Path -LiteralPath 'C:\Rescue\<RescueSetName>\Config.zip' | Out-Host }
    Confirm-Check -Question 'Before: there is no such file yet; rename what an earlier try left: does it show every object: the value is False?'
    Invoke-Shown -Command { Export-CsConfiguration -FileName 'C:\Rescue\<RescueSetName>\Config.zip' -LocalStore | Out-Host }
    Invoke-Shown -Command { Get-Item -LiteralPath 'C:\Rescue\<RescueSetName>\Config.zip' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: LastWriteTime is another than what it was just before this step and Length is not 0?'
}

# ---- Export configuration and locations first
# Only if Does the partner hold a standby of the store? yes, the pools are paired
if (Test-Step -Id 'cf-export.6' -Title 'Copy the files into the set' -RunOn '<ServingServerFqdn>' -Account 'lync-admin' -Look 'on <ServingServerFqdn> run: Get-ChildItem -LiteralPath ''<RescueSet>'' -Recurse -File | Measure-Object | Format-List -Property ''*'' | Out-Host; if it shows every object: Count is at least the Files that the step reads first, the step has had its effect') {
    Invoke-Shown -Command { Get-ChildItem -LiteralPath 'C:\Rescue\<RescueSetName>' -Recurse -File | Measure-Object | Format-List -Property '*' | Out-Host }
    $Read_Files = Read-Value -Question 'Count (from <ServingServerFqdn>)'
    Invoke-Shown -Command { robocopy 'C:\Rescue\<RescueSetName>' '<RescueSet>' '/E' '/COPY:DATSO' '/DCOPY:T' '/R:2' '/W:5' | Out-Host }
    Assert-ExitCode -Low 0 -High 7
    Invoke-Shown -Command { Get-ChildItem -LiteralPath '<RescueSet>' -Recurse -File | Measure-Object | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question ('Verify: does it show every object: Count is at least <Read:Files>?'.Replace('<Read:Files>', ($Read_Files -join ', ')))
}

# ---- Which Back End Server of the backup pool is principal?
# Only if Does the partner hold a standby of the store? yes, the pools are paired
# Only if the Back End of the backup pool is mirrored
if (Test-Step -Id 'cf-principal' -Title 'Which Back End Server of the backup pool is principal?' -RunOn '<ServingServerFqdn>' -Account 'lync-admin') {
    # Note: The mirror parameters are given because the standby is mirrored, whichever side is principal.
    Invoke-Shown -Command { Get-CsDatabaseMirrorState -DatabaseType 'CentralMgmt' -PoolFqdn '<ServingPoolFqdn>' -LocalStore | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show the number of objects is at least 1?'
}

# ---- Fail the store over
# Only if Does the partner hold a standby of the store? yes, the pools are paired
# Only if Does the pool that hosts the store still work? yes, it is moved for maintenance
if (Test-Step -Id 'cf-failover.1' -Title 'Fail the store over, waiting for replication' -RunOn '<ServingServerFqdn>' -Account 'lync-admin' -Look 'on <ServingServerFqdn> run: Get-CsManagementStoreReplicationStatus -CentralManagementStoreStatus | Format-List -Property ''*'' | Out-Host; if it shows every object: ActiveMasterFqdn is one of <ServingNames> (within 10 min), the step has had its effect' -Undo 'Invoke-CsManagementServerFailover in the other direction, once the store has settled') {
    # Note: Without -Force; that is for a store that is gone, and ignores what was not replicated.
    Confirm-Check -Question 'Before: configuration and locations are exported and can be read?'
    Confirm-Check -Question 'Before: the database of the partner is in Backup mode?'
    Confirm-Harm -Harm 'makes the standby in <ServingPoolFqdn> the active master and sets the present one read-only' -Name '<FailedPoolFqdn>'
    Invoke-Shown -Command { Invoke-CsManagementServerFailover -Confirm:$false -Verbose | Out-Host }
    Invoke-Shown -Command { Get-CsManagementStoreReplicationStatus -CentralManagementStoreStatus | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: ActiveMasterFqdn is one of <ServingNames> (within 10 min)?'
    # To undo: Invoke-CsManagementServerFailover in the other direction, once the store has settled
}

# ---- Fail the store over
# Only if Does the partner hold a standby of the store? yes, the pools are paired
# Only if Does the pool that hosts the store still work? no, the pool or its SQL Server is lost
if (Test-Step -Id 'cf-failover.2' -Title 'Fail the store over without the lost pool' -RunOn '<ServingServerFqdn>' -Account 'lync-admin' -Look 'on <ServingServerFqdn> run: Get-CsManagementStoreReplicationStatus -CentralManagementStoreStatus | Format-List -Property ''*'' | Out-Host; if it shows every object: ActiveMasterFqdn is one of <ServingNames> (within 10 min), the step has had its effect' -Undo 'none; the lost pool becomes the standby when it returns') {
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

# ---- Move the store to a pool without a standby
# Only if Does the partner hold a standby of the store? no, it is moved from its exports
if (Test-Step -Id 'cf-move.1' -Title 'Create the database of the store, if it is not there' -RunOn '<ServingServerFqdn>' -Account 'lync-admin' -Look 'on <ServingServerFqdn> run: Test-CsDatabase -CentralManagementDatabase -SqlServerFqdn ''<ServingSqlFqdn>'' -SqlInstanceName ''<ServingSqlInstance>'' | Format-List -Property ''*'' | Out-Host; if it shows every object: Succeed is True, the step has had its effect') {
    # Note: Without -Clean, which the topic prints; with an empty target it adds nothing, with a full one it deletes.
    # Note: A Standard Edition target needs Prepare first Standard Edition server of the Deployment Wizard as well; it opens SQL Server Express to the other servers.
    Invoke-Shown -Command { Install-CsDatabase -CentralManagementDatabase -SqlServerFqdn '<ServingSqlFqdn>' -SqlInstanceName '<ServingSqlInstance>' -Confirm:$false -Verbose | Out-Host }
    Invoke-Shown -Command { Test-CsDatabase -CentralManagementDatabase -SqlServerFqdn '<ServingSqlFqdn>' -SqlInstanceName '<ServingSqlInstance>' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Succeed is True?'
}

# ---- Move the store to a pool without a standby
# Only if Does the partner hold a standby of the store? no, it is moved from its exports
# Only if a domain controller is recorded
if (Test-Step -Id 'cf-move.2' -Title 'Let the new servers write to the replicas' -RunOn '<DomainControllerFqdn>' -Account 'domain-admin') {
    # Note: The group's members in Active Directory; replication stands still without them.
    Write-Host 'In Active Directory add the computer accounts of <ServingServers> to the group RTCUniversalConfigReplicator, wait for AD replication, and restart the servers where they were not members before.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
}

# ---- Move the store to a pool without a standby
# Only if Does the partner hold a standby of the store? no, it is moved from its exports
# Only if Does the pool that hosts the store still work? yes, it is moved for maintenance
if (Test-Step -Id 'cf-move.3' -Title 'Move the store, in an elevated shell on the server itself' -RunOn '<ServingServerFqdn>' -Account 'lync-admin' -Look 'on <ServingServerFqdn> run: Get-CsManagementStoreReplicationStatus -CentralManagementStoreStatus | Format-List -Property ''*'' | Out-Host; if it shows every object: ActiveMasterFqdn is one of <ServingNames> (within 10 min), the step has had its effect' -Undo 'run it again on the old pool, which cancels the move') {
    # Note: The cmdlet refuses a remote session and needs an elevated shell, so the wizard only checks what came of it.
    # Note: Foreign objects of the topology (trusted application pools, meeting-room portals) have stopped it halfway; list them with Get-CsTrustedApplicationPool first.
    # Note: Where it stops, cure the cause and run it again, here or on the old pool, never on both.
    Write-Host 'Log on to <ServingServerFqdn>, open Lync Server Management Shell with Run as administrator. Enable-CsTopology must succeed there first. Run Move-CsManagementServer, compare Proposed State with the plan, and confirm.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    Invoke-Shown -Command { Get-CsManagementStoreReplicationStatus -CentralManagementStoreStatus | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: ActiveMasterFqdn is one of <ServingNames> (within 10 min)?'
    # To undo: run it again on the old pool, which cancels the move
}

# ---- Move the store to a pool without a standby
# Only if Does the partner hold a standby of the store? no, it is moved from its exports
# Only if Does the pool that hosts the store still work? no, the pool or its SQL Server is lost
if (Test-Step -Id 'cf-move.3' -Title 'Move the store, in an elevated shell on the server itself' -RunOn '<ServingServerFqdn>' -Account 'lync-admin' -Look 'on <ServingServerFqdn> run: Get-CsManagementStoreReplicationStatus -CentralManagementStoreStatus | Format-List -Property ''*'' | Out-Host; if it shows every object: ActiveMasterFqdn is one of <ServingNames> (within 10 min), the step has had its effect' -Undo 'run it again on the old pool, which cancels the move') {
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

# ---- Move the store to a pool without a standby
# Only if Does the partner hold a standby of the store? no, it is moved from its exports
if (Test-Step -Id 'cf-move.4' -Title 'Enable the topology' -RunOn '<ServingServerFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { Enable-CsTopology -Confirm:$false | Out-Host }
}

# ---- Move the store to a pool without a standby
# Only if Does the partner hold a standby of the store? no, it is moved from its exports
# Only if for each <FrontEndFqdn> of front ends of partner
if (Test-Step -Id 'cf-move.5' -Title 'Run setup on every computer that the move listed' -RunOn '<ServingServerFqdn>' -Account 'lync-admin' -Look 'on <ServingServerFqdn> run: Get-CsWindowsService -ComputerName ''<FrontEndFqdn>'' | Where-Object -Property ''Name'' -Value @(''MASTER'', ''FTA'') -In | Format-List -Property ''*'' | Out-Host; if it shows every object: Name is one of MASTER, FTA, the step has had its effect') {
    Write-Host 'On <FrontEndFqdn>, as local administrator, run Bootstrapper.exe /Setup from the folder Deployment of the product; also on every other computer that the move listed, and on servers of the old pool when they return.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    Invoke-Shown -Command { Get-CsWindowsService -ComputerName '<FrontEndFqdn>' | Where-Object -Property 'Name' -Value @('MASTER', 'FTA') -In | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Name is one of MASTER, FTA?'
}

# ---- Is the failover complete?
if (Test-Step -Id 'cf-check.1' -Title 'Master and file transfer agents' -RunOn '<ServingServerFqdn>' -Account 'lync-admin' -Look 'on <ServingServerFqdn> run: Get-CsManagementStoreReplicationStatus -CentralManagementStoreStatus | Format-List -Property ''*'' | Out-Host; if it shows every object: ActiveMasterFqdn is one of <ServingNames> and ActiveFileTransferAgents is not empty (within 10 min), the step has had its effect') {
    Invoke-Shown -Command { Get-CsManagementStoreReplicationStatus -CentralManagementStoreStatus | Format-List -Property '*' | Out-Host }
    Invoke-Shown -Command { Get-CsManagementStoreReplicationStatus -CentralManagementStoreStatus | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: ActiveMasterFqdn is one of <ServingNames> and ActiveFileTransferAgents is not empty (within 10 min)?'
}

# ---- Is the failover complete?
if (Test-Step -Id 'cf-check.2' -Title 'The database of the new master says that it is in use' -RunOn '<ServingInstance>' -Account 'sql-admin' -Look 'on <ServingInstance> run: sqlcmd ''-S'' ''<ServingInstance>'' ''-E'' ''-b'' ''-x'' ''-Q'' ''SELECT [Value] FROM [xds].[dbo].[DbConfigInt] WHERE [Name] = N''''CurrentState'''';'' | Out-Host; if it shows every object: Value is 0 (within 5 min), the step has had its effect') {
    # Note: 0 is in use, 3 is standby (Backup mode); anything else is in transition. Never write this value.
    Invoke-Shown -Command { sqlcmd '-S' '<ServingInstance>' '-E' '-b' '-x' '-Q' 'SELECT [Value] FROM [xds].[dbo].[DbConfigInt] WHERE [Name] = N''CurrentState'';' | Out-Host }
    Assert-ExitCode -Low 0 -High 0
    Invoke-Shown -Command { sqlcmd '-S' '<ServingInstance>' '-E' '-b' '-x' '-Q' 'SELECT [Value] FROM [xds].[dbo].[DbConfigInt] WHERE [Name] = N''CurrentState'';' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Value is 0 (within 5 min)?'
}

# ---- Is the failover complete?
if (Test-Step -Id 'cf-check.3' -Title 'Active Directory points to the new master' -RunOn '<ServingServerFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { Get-CsConfigurationStoreLocation | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show at least one object: BackEndServer contains <ServingSqlFqdn>?'
}

# ---- Restart the four services of the new master
# Only if for each <FrontEndFqdn> of front ends of partner
if (Test-Step -Id 'cf-restart.1' -Title 'Stop MASTER, REPLICA, FTA and LYNCBACKUP' -RunOn '<ServingServerFqdn>' -Account 'lync-admin' -Look 'on <ServingServerFqdn> run: Get-CsWindowsService -ComputerName ''<FrontEndFqdn>'' | Where-Object -Property ''Name'' -Value @(''MASTER'', ''REPLICA'', ''FTA'', ''LYNCBACKUP'') -In | Format-List -Property ''*'' | Out-Host; if it shows every object: Status is Stopped (within 5 min), the step has had its effect' -Undo 'Start-CsWindowsService -ComputerName <FrontEndFqdn>') {
    # Note: Users are not affected; configuration is not replicated meanwhile.
    Invoke-Shown -Command { Get-CsWindowsService -ComputerName '<FrontEndFqdn>' | Where-Object -Property 'Name' -Value @('MASTER', 'REPLICA', 'FTA', 'LYNCBACKUP') -In | Stop-CsWindowsService -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-CsWindowsService -ComputerName '<FrontEndFqdn>' | Where-Object -Property 'Name' -Value @('MASTER', 'REPLICA', 'FTA', 'LYNCBACKUP') -In | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Status is Stopped (within 5 min)?'
    # To undo: Start-CsWindowsService -ComputerName <FrontEndFqdn>
}

# ---- Restart the four services of the new master
# Only if for each <FrontEndFqdn> of front ends of partner
if (Test-Step -Id 'cf-restart.2' -Title 'Start them again' -RunOn '<ServingServerFqdn>' -Account 'lync-admin' -Look 'on <ServingServerFqdn> run: Get-CsWindowsService -ComputerName ''<FrontEndFqdn>'' | Where-Object -Property ''Name'' -Value @(''MASTER'', ''REPLICA'', ''FTA'', ''LYNCBACKUP'') -In | Format-List -Property ''*'' | Out-Host; if it shows every object: Status is Running (within 10 min), the step has had its effect') {
    # Note: A master that refuses to start means that no pool is master. Users go on working; do not improvise. Restore the store from the export of this failover with restore-cms.
    Invoke-Shown -Command { Get-CsWindowsService -ComputerName '<FrontEndFqdn>' | Where-Object -Property 'Name' -Value @('MASTER', 'REPLICA', 'FTA', 'LYNCBACKUP') -In | Start-CsWindowsService -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-CsWindowsService -ComputerName '<FrontEndFqdn>' | Where-Object -Property 'Name' -Value @('MASTER', 'REPLICA', 'FTA', 'LYNCBACKUP') -In | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Status is Running (within 10 min)?'
}

# ---- Is every server that runs up to date?
if (Test-Step -Id 'cf-replicas' -Title 'Is every server that runs up to date?' -RunOn '<ServingServerFqdn>' -Account 'lync-admin' -Look 'on <ServingServerFqdn> run: Get-CsManagementStoreReplicationStatus | Where-Object -Property ''UpToDate'' -Value $true -EQ | Format-List -Property ''*'' | Out-Host; if it shows for each of them one object: ReplicaFqdn is <RunningReplicas> (within 30 min), the step has had its effect') {
    # Note: Servers of a lost pool, and of an Edge pool that is recorded as cold, stay False and are not waited for.
    # Note: Until this is true, no second failover of the store is begun.
    Invoke-Shown -Command { Get-CsManagementStoreReplicationStatus | Format-List -Property '*' | Out-Host }
    Invoke-Shown -Command { Get-CsManagementStoreReplicationStatus | Where-Object -Property 'UpToDate' -Value $true -EQ | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show for each of them one object: ReplicaFqdn is <RunningReplicas> (within 30 min)?'
}

# ---- Restore the location information
# Only if E9-1-1 location information is in use
# Only if Does the partner hold a standby of the store? yes, the pools are paired
# Only if Does the pool that hosts the store still work? no, the pool or its SQL Server is lost
# Only if the set holds the location information
if (Test-Step -Id 'cf-lis.1' -Title 'Copy the export to the server and check it' -RunOn '<ServingServerFqdn>' -Account 'lync-admin' -Look 'on <ServingServerFqdn> run: certutil ''-hashfile'' ''<Run:local-folder>\E911Config.zip'' ''SHA256'' | Out-Host; if it shows at least one object: the value contains <BackupSet:Locations:sha256>, the step has had its effect') {
    Invoke-Shown -Command { New-Item -ItemType 'Directory' -Path '<Run:local-folder>' -Force | Out-Host }
    Invoke-Shown -Command { Copy-Item -LiteralPath '<BackupSet:Locations>' -Destination '<Run:local-folder>\E911Config.zip' | Out-Host }
    Invoke-Shown -Command { certutil '-hashfile' '<Run:local-folder>\E911Config.zip' 'SHA256' | Out-Host }
    Confirm-Check -Question 'Verify: does it show at least one object: the value contains <BackupSet:Locations:sha256>?'
}

# ---- Restore the location information
# Only if E9-1-1 location information is in use
# Only if Does the partner hold a standby of the store? yes, the pools are paired
# Only if Does the pool that hosts the store still work? yes, it is moved for maintenance
if (Test-Step -Id 'cf-lis.2' -Title 'Import the location information that was exported before the failover' -RunOn '<ServingServerFqdn>' -Account 'lync-admin' -Look 'on <ServingServerFqdn> run: Export-CsLisConfiguration -FileName ''C:\Rescue\<RescueSetName>\E911Config-again.zip''; Get-Item -LiteralPath @(''C:\Rescue\<RescueSetName>\E911Config-again.zip'', ''C:\Rescue\<RescueSetName>\E911Config.zip'') | Out-Host; if it shows in the new export all that the imported one holds, the step has had its effect' -Undo 'none') {
    # Note: The Backup Service does not carry locations; a planned failover leaves them behind as well.
    Confirm-Harm -Harm 'the locations of <ServingPoolFqdn> become those of the export' -Name '<ServingPoolFqdn>'
    Invoke-Shown -Command { Import-CsLisConfiguration -FileName 'C:\Rescue\<RescueSetName>\E911Config.zip' | Out-Host }
    Invoke-Shown -Command { Export-CsLisConfiguration -FileName 'C:\Rescue\<RescueSetName>\E911Config-again.zip'; Get-Item -LiteralPath @('C:\Rescue\<RescueSetName>\E911Config-again.zip', 'C:\Rescue\<RescueSetName>\E911Config.zip') | Out-Host }
    Confirm-Check -Question 'Verify: does it show in the new export all that the imported one holds?'
    # To undo: none
}

# ---- Restore the location information
# Only if E9-1-1 location information is in use
# Only if Does the partner hold a standby of the store? yes, the pools are paired
# Only if Does the pool that hosts the store still work? no, the pool or its SQL Server is lost
# Only if the set holds the location information
if (Test-Step -Id 'cf-lis.3' -Title 'Import the location information' -RunOn '<ServingServerFqdn>' -Account 'lync-admin' -Look 'on <ServingServerFqdn> run: Get-CsLisLocation | Out-Host; if it shows the number of objects is at least <BackupSet:Locations:locations>, the step has had its effect' -Undo 'none') {
    # Note: Only because the store was failed over: its location database was not copied to the partner. Where the store stayed where it is, nothing is lost, and an import would bring back old data.
    Confirm-Harm -Harm 'records changed since the backup return to the old value; those added later stay' -Name '<ServingPoolFqdn>'
    Invoke-Shown -Command { Import-CsLisConfiguration -FileName '<Run:local-folder>\E911Config.zip' | Out-Host }
    Invoke-Shown -Command { Get-CsLisLocation | Out-Host }
    Confirm-Check -Question 'Verify: does it show the number of objects is at least <BackupSet:Locations:locations>?'
    # To undo: none
}

# ---- Restore the location information
# Only if E9-1-1 location information is in use
# Only if Does the partner hold a standby of the store? yes, the pools are paired
# Only if Does the pool that hosts the store still work? yes, it is moved for maintenance
if (Test-Step -Id 'cf-lis.4' -Title 'Publish the location information that was exported' -RunOn '<ServingServerFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { Publish-CsLisConfiguration -Confirm:$false | Out-Host }
}

# ---- Restore the location information
# Only if E9-1-1 location information is in use
# Only if Does the partner hold a standby of the store? yes, the pools are paired
# Only if Does the pool that hosts the store still work? no, the pool or its SQL Server is lost
# Only if the set holds the location information
if (Test-Step -Id 'cf-lis.5' -Title 'Publish the location information' -RunOn '<ServingServerFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { Publish-CsLisConfiguration -Confirm:$false | Out-Host }
}

# ---- Restore the location information
# Only if E9-1-1 location information is in use
# Only if Does the partner hold a standby of the store? yes, the pools are paired
# Only if Does the pool that hosts the store still work? no, the pool or its SQL Server is lost
# Only if not: the set holds the location information
if (Test-Step -Id 'cf-lis.6' -Title 'Find the newest copy of the location information' -RunOn '<ServingServerFqdn>' -Account 'lync-admin' -Look 'on <ServingServerFqdn> run: Get-CsLisLocation | Out-Host; if it shows the number of objects is at least 1, the step has had its effect') {
    Write-Host 'The plan has no backup set with location information. Look for the newest export (E911Config.zip), import it on <ServingServerFqdn> with Import-CsLisConfiguration, then run Publish-CsLisConfiguration.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    Invoke-Shown -Command { Get-CsLisLocation | Out-Host }
    Confirm-Check -Question 'Verify: does it show the number of objects is at least 1?'
}

Write-Host 'Afterwards: On a Back End with an availability group the databases xds and lis are not in the group; add them there.'
Write-Host 'Afterwards: Correct the worksheets (pool and SQL server of the store), then take a fresh backup into a new set.'
Write-Host 'Afterwards: The store may stay where it is. Failing it back is not necessary.'
Write-Host 'Afterwards: Where the partner has no pair any more, move the store to another paired pool (cms-failover with cms-form move).'
Complete-Record
} catch {
    Show-Failure -Failure $_
    $script:Ended = $true
    exit 1
} finally {
    Close-Record
}
exit 0
