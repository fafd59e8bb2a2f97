# Fail the Central Management store over to the paired pool (cms-failover)
# Target: pool01.contoso.com. Backup set: 2026-11-22T013000Z_contoso. Plan: sha256:42ea203fa94029e31ccb6dd8a74058aa96c9dddfd60a7ad805bc0ec2b32ac2cf
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

$script:Plan = 'sha256:42ea203fa94029e31ccb6dd8a74058aa96c9dddfd60a7ad805bc0ec2b32ac2cf'
$script:Steps = @(
    'cf-find.1',
    'cf-relation',
    'cf-status',
    'cf-export.1',
    'cf-export.2',
    'cf-export.3',
    'cf-export.4',
    'cf-export.6',
    'cf-principal',
    'cf-failover.1',
    'cf-check.1',
    'cf-check.2',
    'cf-check.3',
    'cf-restart.1@fe11.contoso.com',
    'cf-restart.1@fe12.contoso.com',
    'cf-restart.1@fe13.contoso.com',
    'cf-restart.2@fe11.contoso.com',
    'cf-restart.2@fe12.contoso.com',
    'cf-restart.2@fe13.contoso.com',
    'cf-replicas',
    'cf-lis.2',
    'cf-lis.4'
)

try {
Open-Record

# ---- Does the pool host the active store?
if (Test-Step -Id 'cf-find.1' -Title 'Which pool is the master' -RunOn 'fe11.contoso.com' -Account 'lync-admin') {
    # Note: Of a pair two objects come back; the master is the one with Active True. The other is the standby, and a pool that only holds the standby needs no failover of the store.
    # Note: Invoke-CsManagementServerFailover -WhatIf prints the same as text; without the switch it acts, so it is not used here.
    Confirm-Check -Question 'Before: every cmdlet and parameter of the plan exists there?'
    Invoke-Shown -Command { Get-CsService -CentralManagement | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show at least one object: PoolFqdn is the host pool01.contoso.com and Active is True?'
}

# ---- Which pool is the backup pool?
if (Test-Step -Id 'cf-relation' -Title 'Which pool is the backup pool?' -RunOn 'fe11.contoso.com' -Account 'lync-admin') {
    # Note: Look for pool02.contoso.com in the answer; the local replica answers even if the store is down.
    Invoke-Shown -Command { Get-CsPoolBackupRelationship -PoolFqdn 'pool01.contoso.com' -LocalStore | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show the number of objects is at least 1?'
}

# ---- Does the store work, and is every change replicated?
if (Test-Step -Id 'cf-status' -Title 'Does the store work, and is every change replicated?' -RunOn 'fe11.contoso.com' -Account 'lync-admin') {
    Invoke-Shown -Command { Get-CsManagementStoreReplicationStatus -CentralManagementStoreStatus | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: ActiveMasterFqdn is not empty and ActiveFileTransferAgents is not empty?'
}

# ---- Export configuration and locations first
if (Test-Step -Id 'cf-export.1' -Title 'Create a new folder for what this failover saves' -RunOn 'fe11.contoso.com' -Account 'lync-admin' -Look 'on fe11.contoso.com run: Test-Path -LiteralPath ''\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso-rescue'' | Out-Host; if it shows every object: the value is True, the step has had its effect') {
    # Note: A finished backup set is never written to; what is made now has a set and a manifest of its own.
    Invoke-Shown -Command { New-Item -ItemType 'Directory' -Path '\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso-rescue' -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Test-Path -LiteralPath '\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso-rescue' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: the value is True?'
}

# ---- Export configuration and locations first
if (Test-Step -Id 'cf-export.2' -Title 'Create the local folder' -RunOn 'fe11.contoso.com' -Account 'lync-admin') {
    Invoke-Shown -Command { New-Item -ItemType 'Directory' -Path 'C:\Rescue\2026-11-22T013000Z_contoso-rescue' -Force -Confirm:$false | Out-Host }
}

# ---- Export configuration and locations first
if (Test-Step -Id 'cf-export.3' -Title 'Export the configuration' -RunOn 'fe11.contoso.com' -Account 'lync-admin' -Look 'on fe11.contoso.com run: Get-Item -LiteralPath ''C:\Rescue\2026-11-22T013000Z_contoso-rescue\Config.zip'' | Format-List -Property ''*'' | Out-Host; if it shows every object: LastWriteTime is another than what it was just before this step and Length is not 0, the step has had its effect') {
    # Note: A failover that reports success can leave no master at all; then this export is the way back.
    Invoke-Shown -Command { Test-Path -LiteralPath 'C:\Rescue\2026-11-22T013000Z_contoso-rescue\Config.zip' | Out-Host }
    Confirm-Check -Question 'Before: there is no such file yet; rename what an earlier try left: does it show every object: the value is False?'
    Invoke-Shown -Command { Export-CsConfiguration -FileName 'C:\Rescue\2026-11-22T013000Z_contoso-rescue\Config.zip' | Out-Host }
    Invoke-Shown -Command { Get-Item -LiteralPath 'C:\Rescue\2026-11-22T013000Z_contoso-rescue\Config.zip' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: LastWriteTime is another than what it was just before this step and Length is not 0?'
}

# ---- Export configuration and locations first
if (Test-Step -Id 'cf-export.4' -Title 'Export the location information' -RunOn 'fe11.contoso.com' -Account 'lync-admin' -Look 'on fe11.contoso.com run: Get-Item -LiteralPath ''C:\Rescue\2026-11-22T013000Z_contoso-rescue\E911Config.zip'' | Format-List -Property ''*'' | Out-Host; if it shows every object: LastWriteTime is another than what it was just before this step and Length is not 0, the step has had its effect') {
    Invoke-Shown -Command { Export-CsLisConfiguration -FileName 'C:\Rescue\2026-11-22T013000Z_contoso-rescue\E911Config.zip' | Out-Host }
    Invoke-Shown -Command { Get-Item -LiteralPath 'C:\Rescue\2026-11-22T013000Z_contoso-rescue\E911Config.zip' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: LastWriteTime is another than what it was just before this step and Length is not 0?'
}

# ---- Export configuration and locations first
if (Test-Step -Id 'cf-export.6' -Title 'Copy the files into the set' -RunOn 'fe11.contoso.com' -Account 'lync-admin' -Look 'on fe11.contoso.com run: Get-ChildItem -LiteralPath ''\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso-rescue'' -Recurse -File | Measure-Object | Format-List -Property ''*'' | Out-Host; if it shows every object: Count is at least the Files that the step reads first, the step has had its effect') {
    Confirm-Check -Question 'Before: the session reaches the backup share?'
    Invoke-Shown -Command { Get-ChildItem -LiteralPath 'C:\Rescue\2026-11-22T013000Z_contoso-rescue' -Recurse -File | Measure-Object | Format-List -Property '*' | Out-Host }
    $Read_Files = Read-Value -Question 'Count (from fe11.contoso.com)'
    Invoke-Shown -Command { robocopy 'C:\Rescue\2026-11-22T013000Z_contoso-rescue' '\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso-rescue' '/E' '/COPY:DATSO' '/DCOPY:T' '/R:2' '/W:5' | Out-Host }
    Assert-ExitCode -Low 0 -High 7
    Invoke-Shown -Command { Get-ChildItem -LiteralPath '\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso-rescue' -Recurse -File | Measure-Object | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question ('Verify: does it show every object: Count is at least <Read:Files>?'.Replace('<Read:Files>', ($Read_Files -join ', ')))
}

# ---- Which Back End Server of the backup pool is principal?
if (Test-Step -Id 'cf-principal' -Title 'Which Back End Server of the backup pool is principal?' -RunOn 'fe11.contoso.com' -Account 'lync-admin') {
    # Note: The mirror parameters are given because the standby is mirrored, whichever side is principal.
    Invoke-Shown -Command { Get-CsDatabaseMirrorState -DatabaseType 'CentralMgmt' -PoolFqdn 'pool02.contoso.com' -LocalStore | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show the number of objects is at least 1?'
}

# ---- Fail the store over
if (Test-Step -Id 'cf-failover.1' -Title 'Fail the store over, waiting for replication' -RunOn 'fe11.contoso.com' -Account 'lync-admin' -Look 'on fe11.contoso.com run: Get-CsManagementStoreReplicationStatus -CentralManagementStoreStatus | Format-List -Property ''*'' | Out-Host; if it shows every object: ActiveMasterFqdn is one of pool02.contoso.com, fe11.contoso.com, fe12.contoso.com, fe13.contoso.com (within 10 min), the step has had its effect' -Undo 'Invoke-CsManagementServerFailover in the other direction, once the store has settled') {
    # Note: Without -Force; that is for a store that is gone, and ignores what was not replicated.
    Confirm-Check -Question 'Before: configuration and locations are exported and can be read?'
    Confirm-Check -Question 'Before: the database of the partner is in Backup mode?'
    Confirm-Harm -Harm 'makes the standby in pool02.contoso.com the active master and sets the present one read-only' -Name 'pool01.contoso.com'
    Invoke-Shown -Command { Invoke-CsManagementServerFailover -Confirm:$false -Verbose | Out-Host }
    Invoke-Shown -Command { Get-CsManagementStoreReplicationStatus -CentralManagementStoreStatus | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: ActiveMasterFqdn is one of pool02.contoso.com, fe11.contoso.com, fe12.contoso.com, fe13.contoso.com (within 10 min)?'
    # To undo: Invoke-CsManagementServerFailover in the other direction, once the store has settled
}

# ---- Is the failover complete?
if (Test-Step -Id 'cf-check.1' -Title 'Master and file transfer agents' -RunOn 'fe11.contoso.com' -Account 'lync-admin' -Look 'on fe11.contoso.com run: Get-CsManagementStoreReplicationStatus -CentralManagementStoreStatus | Format-List -Property ''*'' | Out-Host; if it shows every object: ActiveMasterFqdn is one of pool02.contoso.com, fe11.contoso.com, fe12.contoso.com, fe13.contoso.com and ActiveFileTransferAgents is not empty (within 10 min), the step has had its effect') {
    Invoke-Shown -Command { Get-CsManagementStoreReplicationStatus -CentralManagementStoreStatus | Format-List -Property '*' | Out-Host }
    Invoke-Shown -Command { Get-CsManagementStoreReplicationStatus -CentralManagementStoreStatus | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: ActiveMasterFqdn is one of pool02.contoso.com, fe11.contoso.com, fe12.contoso.com, fe13.contoso.com and ActiveFileTransferAgents is not empty (within 10 min)?'
}

# ---- Is the failover complete?
if (Test-Step -Id 'cf-check.2' -Title 'The database of the new master says that it is in use' -RunOn 'sql11.contoso.com\RTC' -Account 'sql-admin' -Look 'on sql11.contoso.com\RTC run: sqlcmd ''-S'' ''sql11.contoso.com\RTC'' ''-E'' ''-b'' ''-x'' ''-Q'' ''SELECT [Value] FROM [xds].[dbo].[DbConfigInt] WHERE [Name] = N''''CurrentState'''';'' | Out-Host; if it shows every object: Value is 0 (within 5 min), the step has had its effect') {
    # Note: 0 is in use, 3 is standby (Backup mode); anything else is in transition. Never write this value.
    Invoke-Shown -Command { sqlcmd '-S' 'sql11.contoso.com\RTC' '-E' '-b' '-x' '-Q' 'SELECT [Value] FROM [xds].[dbo].[DbConfigInt] WHERE [Name] = N''CurrentState'';' | Out-Host }
    Assert-ExitCode -Low 0 -High 0
    Invoke-Shown -Command { sqlcmd '-S' 'sql11.contoso.com\RTC' '-E' '-b' '-x' '-Q' 'SELECT [Value] FROM [xds].[dbo].[DbConfigInt] WHERE [Name] = N''CurrentState'';' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Value is 0 (within 5 min)?'
}

# ---- Is the failover complete?
if (Test-Step -Id 'cf-check.3' -Title 'Active Directory points to the new master' -RunOn 'fe11.contoso.com' -Account 'lync-admin') {
    Invoke-Shown -Command { Get-CsConfigurationStoreLocation | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show at least one object: BackEndServer contains sql11.contoso.com?'
}

# ---- Restart the four services of the new master
if (Test-Step -Id 'cf-restart.1@fe11.contoso.com' -Title 'Stop MASTER, REPLICA, FTA and LYNCBACKUP: fe11.contoso.com' -RunOn 'fe11.contoso.com' -Account 'lync-admin' -Look 'on fe11.contoso.com run: Get-CsWindowsService -ComputerName ''fe11.contoso.com'' | Where-Object -Property ''Name'' -Value @(''MASTER'', ''REPLICA'', ''FTA'', ''LYNCBACKUP'') -In | Format-List -Property ''*'' | Out-Host; if it shows every object: Status is Stopped (within 5 min), the step has had its effect' -Undo 'Start-CsWindowsService -ComputerName fe11.contoso.com') {
    # Note: Users are not affected; configuration is not replicated meanwhile.
    Invoke-Shown -Command { Get-CsWindowsService -ComputerName 'fe11.contoso.com' | Where-Object -Property 'Name' -Value @('MASTER', 'REPLICA', 'FTA', 'LYNCBACKUP') -In | Stop-CsWindowsService -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-CsWindowsService -ComputerName 'fe11.contoso.com' | Where-Object -Property 'Name' -Value @('MASTER', 'REPLICA', 'FTA', 'LYNCBACKUP') -In | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Status is Stopped (within 5 min)?'
    # To undo: Start-CsWindowsService -ComputerName fe11.contoso.com
}

# ---- Restart the four services of the new master
if (Test-Step -Id 'cf-restart.1@fe12.contoso.com' -Title 'Stop MASTER, REPLICA, FTA and LYNCBACKUP: fe12.contoso.com' -RunOn 'fe11.contoso.com' -Account 'lync-admin' -Look 'on fe11.contoso.com run: Get-CsWindowsService -ComputerName ''fe12.contoso.com'' | Where-Object -Property ''Name'' -Value @(''MASTER'', ''REPLICA'', ''FTA'', ''LYNCBACKUP'') -In | Format-List -Property ''*'' | Out-Host; if it shows every object: Status is Stopped (within 5 min), the step has had its effect' -Undo 'Start-CsWindowsService -ComputerName fe12.contoso.com') {
    # Note: Users are not affected; configuration is not replicated meanwhile.
    Invoke-Shown -Command { Get-CsWindowsService -ComputerName 'fe12.contoso.com' | Where-Object -Property 'Name' -Value @('MASTER', 'REPLICA', 'FTA', 'LYNCBACKUP') -In | Stop-CsWindowsService -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-CsWindowsService -ComputerName 'fe12.contoso.com' | Where-Object -Property 'Name' -Value @('MASTER', 'REPLICA', 'FTA', 'LYNCBACKUP') -In | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Status is Stopped (within 5 min)?'
    # To undo: Start-CsWindowsService -ComputerName fe12.contoso.com
}

# ---- Restart the four services of the new master
if (Test-Step -Id 'cf-restart.1@fe13.contoso.com' -Title 'Stop MASTER, REPLICA, FTA and LYNCBACKUP: fe13.contoso.com' -RunOn 'fe11.contoso.com' -Account 'lync-admin' -Look 'on fe11.contoso.com run: Get-CsWindowsService -ComputerName ''fe13.contoso.com'' | Where-Object -Property ''Name'' -Value @(''MASTER'', ''REPLICA'', ''FTA'', ''LYNCBACKUP'') -In | Format-List -Property ''*'' | Out-Host; if it shows every object: Status is Stopped (within 5 min), the step has had its effect' -Undo 'Start-CsWindowsService -ComputerName fe13.contoso.com') {
    # Note: Users are not affected; configuration is not replicated meanwhile.
    Invoke-Shown -Command { Get-CsWindowsService -ComputerName 'fe13.contoso.com' | Where-Object -Property 'Name' -Value @('MASTER', 'REPLICA', 'FTA', 'LYNCBACKUP') -In | Stop-CsWindowsService -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-CsWindowsService -ComputerName 'fe13.contoso.com' | Where-Object -Property 'Name' -Value @('MASTER', 'REPLICA', 'FTA', 'LYNCBACKUP') -In | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Status is Stopped (within 5 min)?'
    # To undo: Start-CsWindowsService -ComputerName fe13.contoso.com
}

# ---- Restart the four services of the new master
if (Test-Step -Id 'cf-restart.2@fe11.contoso.com' -Title 'Start them again: fe11.contoso.com' -RunOn 'fe11.contoso.com' -Account 'lync-admin' -Look 'on fe11.contoso.com run: Get-CsWindowsService -ComputerName ''fe11.contoso.com'' | Where-Object -Property ''Name'' -Value @(''MASTER'', ''REPLICA'', ''FTA'', ''LYNCBACKUP'') -In | Format-List -Property ''*'' | Out-Host; if it shows every object: Status is Running (within 10 min), the step has had its effect') {
    # Note: A master that refuses to start means that no pool is master. Users go on working; do not improvise. Restore the store from the export of this failover with restore-cms.
    Invoke-Shown -Command { Get-CsWindowsService -ComputerName 'fe11.contoso.com' | Where-Object -Property 'Name' -Value @('MASTER', 'REPLICA', 'FTA', 'LYNCBACKUP') -In | Start-CsWindowsService -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-CsWindowsService -ComputerName 'fe11.contoso.com' | Where-Object -Property 'Name' -Value @('MASTER', 'REPLICA', 'FTA', 'LYNCBACKUP') -In | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Status is Running (within 10 min)?'
}

# ---- Restart the four services of the new master
if (Test-Step -Id 'cf-restart.2@fe12.contoso.com' -Title 'Start them again: fe12.contoso.com' -RunOn 'fe11.contoso.com' -Account 'lync-admin' -Look 'on fe11.contoso.com run: Get-CsWindowsService -ComputerName ''fe12.contoso.com'' | Where-Object -Property ''Name'' -Value @(''MASTER'', ''REPLICA'', ''FTA'', ''LYNCBACKUP'') -In | Format-List -Property ''*'' | Out-Host; if it shows every object: Status is Running (within 10 min), the step has had its effect') {
    # Note: A master that refuses to start means that no pool is master. Users go on working; do not improvise. Restore the store from the export of this failover with restore-cms.
    Invoke-Shown -Command { Get-CsWindowsService -ComputerName 'fe12.contoso.com' | Where-Object -Property 'Name' -Value @('MASTER', 'REPLICA', 'FTA', 'LYNCBACKUP') -In | Start-CsWindowsService -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-CsWindowsService -ComputerName 'fe12.contoso.com' | Where-Object -Property 'Name' -Value @('MASTER', 'REPLICA', 'FTA', 'LYNCBACKUP') -In | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Status is Running (within 10 min)?'
}

# ---- Restart the four services of the new master
if (Test-Step -Id 'cf-restart.2@fe13.contoso.com' -Title 'Start them again: fe13.contoso.com' -RunOn 'fe11.contoso.com' -Account 'lync-admin' -Look 'on fe11.contoso.com run: Get-CsWindowsService -ComputerName ''fe13.contoso.com'' | Where-Object -Property ''Name'' -Value @(''MASTER'', ''REPLICA'', ''FTA'', ''LYNCBACKUP'') -In | Format-List -Property ''*'' | Out-Host; if it shows every object: Status is Running (within 10 min), the step has had its effect') {
    # Note: A master that refuses to start means that no pool is master. Users go on working; do not improvise. Restore the store from the export of this failover with restore-cms.
    Invoke-Shown -Command { Get-CsWindowsService -ComputerName 'fe13.contoso.com' | Where-Object -Property 'Name' -Value @('MASTER', 'REPLICA', 'FTA', 'LYNCBACKUP') -In | Start-CsWindowsService -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-CsWindowsService -ComputerName 'fe13.contoso.com' | Where-Object -Property 'Name' -Value @('MASTER', 'REPLICA', 'FTA', 'LYNCBACKUP') -In | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Status is Running (within 10 min)?'
}

# ---- Is every server that runs up to date?
if (Test-Step -Id 'cf-replicas' -Title 'Is every server that runs up to date?' -RunOn 'fe11.contoso.com' -Account 'lync-admin' -Look 'on fe11.contoso.com run: Get-CsManagementStoreReplicationStatus | Where-Object -Property ''UpToDate'' -Value $true -EQ | Format-List -Property ''*'' | Out-Host; if it shows for each of them one object: ReplicaFqdn is chat01.contoso.com, chat02.contoso.com, fe01.contoso.com, fe02.contoso.com, fe03.contoso.com, fe11.contoso.com, fe12.contoso.com, fe13.contoso.com, se02.contoso.com, se03.contoso.com, se04.contoso.com, edge01.contoso.com, edge11.contoso.com (within 30 min), the step has had its effect') {
    # Note: Servers of a lost pool, and of an Edge pool that is recorded as cold, stay False and are not waited for.
    # Note: Until this is true, no second failover of the store is begun.
    Invoke-Shown -Command { Get-CsManagementStoreReplicationStatus | Format-List -Property '*' | Out-Host }
    Invoke-Shown -Command { Get-CsManagementStoreReplicationStatus | Where-Object -Property 'UpToDate' -Value $true -EQ | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show for each of them one object: ReplicaFqdn is chat01.contoso.com, chat02.contoso.com, fe01.contoso.com, fe02.contoso.com, fe03.contoso.com, fe11.contoso.com, fe12.contoso.com, fe13.contoso.com, se02.contoso.com, se03.contoso.com, se04.contoso.com, edge01.contoso.com, edge11.contoso.com (within 30 min)?'
}

# ---- Restore the location information
if (Test-Step -Id 'cf-lis.2' -Title 'Import the location information that was exported before the failover' -RunOn 'fe11.contoso.com' -Account 'lync-admin' -Look 'on fe11.contoso.com run: Export-CsLisConfiguration -FileName ''C:\Rescue\2026-11-22T013000Z_contoso-rescue\E911Config-again.zip''; Get-Item -LiteralPath @(''C:\Rescue\2026-11-22T013000Z_contoso-rescue\E911Config-again.zip'', ''C:\Rescue\2026-11-22T013000Z_contoso-rescue\E911Config.zip'') | Out-Host; if it shows in the new export all that the imported one holds, the step has had its effect' -Undo 'none') {
    # Note: The Backup Service does not carry locations; a planned failover leaves them behind as well.
    Confirm-Harm -Harm 'the locations of pool02.contoso.com become those of the export' -Name 'pool02.contoso.com'
    Invoke-Shown -Command { Import-CsLisConfiguration -FileName 'C:\Rescue\2026-11-22T013000Z_contoso-rescue\E911Config.zip' | Out-Host }
    Invoke-Shown -Command { Export-CsLisConfiguration -FileName 'C:\Rescue\2026-11-22T013000Z_contoso-rescue\E911Config-again.zip'; Get-Item -LiteralPath @('C:\Rescue\2026-11-22T013000Z_contoso-rescue\E911Config-again.zip', 'C:\Rescue\2026-11-22T013000Z_contoso-rescue\E911Config.zip') | Out-Host }
    Confirm-Check -Question 'Verify: does it show in the new export all that the imported one holds?'
    # To undo: none
}

# ---- Restore the location information
if (Test-Step -Id 'cf-lis.4' -Title 'Publish the location information that was exported' -RunOn 'fe11.contoso.com' -Account 'lync-admin') {
    Invoke-Shown -Command { Publish-CsLisConfiguration -Confirm:$false | Out-Host }
}

# Left out: Undo the unfinished failover: store state moving was not chosen
# Left out: Confirm that the store is lost or was on the failed pool: mode disaster was not chosen
# Left out: Export the configuration from the replica of a server that runs: mode disaster was not chosen
# Left out: Fail the store over without the lost pool: mode disaster was not chosen
# Left out: Move the store to a pool without a standby: cms form move was not chosen
# Left out: Copy the export to the server and check it: mode disaster was not chosen
# Left out: Import the location information: mode disaster was not chosen
# Left out: Publish the location information: mode disaster was not chosen
# Left out: Find the newest copy of the location information: mode disaster was not chosen; the set holds the location information
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
