# Replace a lost pool by a new one (abc-failover)
# Target: pool01.contoso.com. Backup set: 2026-11-22T013000Z_contoso. Plan: sha256:bc364f5693365d07a6622c445450749ac190d97f2e04ed345c0aa09956f46d35
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

$script:Plan = 'sha256:bc364f5693365d07a6622c445450749ac190d97f2e04ed345c0aa09956f46d35'
$script:Steps = @(
    'abc-decide',
    'abc-01-cms',
    'cms-failover/cf-find.2',
    'cms-failover/cf-relation',
    'cms-failover/cf-export.1',
    'cms-failover/cf-export.2',
    'cms-failover/cf-export.5',
    'cms-failover/cf-export.6',
    'cms-failover/cf-principal',
    'cms-failover/cf-failover.2',
    'cms-failover/cf-check.1',
    'cms-failover/cf-check.2',
    'cms-failover/cf-check.3',
    'cms-failover/cf-restart.1@fe11.contoso.com',
    'cms-failover/cf-restart.1@fe12.contoso.com',
    'cms-failover/cf-restart.1@fe13.contoso.com',
    'cms-failover/cf-restart.2@fe11.contoso.com',
    'cms-failover/cf-restart.2@fe12.contoso.com',
    'cms-failover/cf-restart.2@fe13.contoso.com',
    'cms-failover/cf-replicas',
    'cms-failover/cf-lis.1',
    'cms-failover/cf-lis.3',
    'cms-failover/cf-lis.5',
    'abc-04-rgs.1',
    'abc-04-rgs.2',
    'abc-04-rgs.3',
    'abc-04-rgs.4',
    'abc-04-rgs.5',
    'abc-04-rgs.6',
    'abc-04-rgs.7',
    'abc-06-announce.1@pool02.contoso.com@greeting.wav',
    'abc-06-announce.2@pool02.contoso.com@Number not in use',
    'abc-06-announce.2@pool02.contoso.com@Former employee',
    'abc-06-announce.4@pool02.contoso.com@Redmond main',
    'abc-06-announce.4@pool02.contoso.com@Redmond former',
    'abc-07-edge.1@edgepool.contoso.com',
    'abc-07-edge.2@edge01.contoso.com',
    'abc-07-failover',
    'abc-08-build@fe21.contoso.com',
    'abc-08-build@fe22.contoso.com',
    'abc-08-build@fe23.contoso.com',
    'abc-09-save.3',
    'abc-09-save.4',
    'abc-09-save.5',
    'abc-09-users.1',
    'abc-09-users.2',
    'abc-09-users.3',
    'abc-09-users.4',
    'abc-09-users.5',
    'abc-10-confdir.1',
    'abc-10-confdir.2@1',
    'abc-10-confdir.3',
    'abc-11-caa.1@sip:dialin-redmond@contoso.com',
    'abc-11-caa.1@sip:dialin-seattle@contoso.com',
    'abc-11-caa.2',
    'abc-12-content',
    'abc-13-userdata.1',
    'abc-13-userdata.2@fe21.contoso.com',
    'abc-13-userdata.2@fe22.contoso.com',
    'abc-13-userdata.2@fe23.contoso.com',
    'abc-13-userdata.3',
    'abc-13-userdata.4',
    'abc-14a-orbits.1@Redmond orbit',
    'abc-14a-orbits.1@Redmond pickup',
    'abc-14b-park.1',
    'abc-14b-park.2',
    'abc-15a-pchat',
    'abc-15b-start.1@fe21.contoso.com',
    'abc-15b-start.1@fe22.contoso.com',
    'abc-15b-start.1@fe23.contoso.com',
    'abc-15b-start.2@fe21.contoso.com',
    'abc-15b-start.2@fe22.contoso.com',
    'abc-15b-start.2@fe23.contoso.com',
    'abc-15b-start.3',
    'abc-16-rgs.1',
    'abc-16-rgs.2',
    'abc-16-rgs.3',
    'abc-16-rgs.4',
    'abc-16-rgs.5',
    'abc-16-rgs.6',
    'abc-19-rgs-remove.1',
    'abc-19-rgs-remove.2',
    'abc-20-announce.1@pool03.contoso.com@greeting.wav',
    'abc-20-announce.2@pool03.contoso.com@Number not in use',
    'abc-20-announce.2@pool03.contoso.com@Former employee',
    'abc-20-announce.4@pool03.contoso.com@Redmond main',
    'abc-20-announce.4@pool03.contoso.com@Redmond former',
    'abc-20c-clean',
    'abc-21-cleanup',
    'abc-22-topology.1',
    'abc-22-topology.2',
    'abc-23-bootstrap.1@fe21.contoso.com',
    'abc-23-bootstrap.1@fe22.contoso.com',
    'abc-23-bootstrap.1@fe23.contoso.com',
    'abc-23-bootstrap.2@fe21.contoso.com',
    'abc-23-bootstrap.2@fe22.contoso.com',
    'abc-23-bootstrap.2@fe23.contoso.com',
    'abc-23-bootstrap.3@fe21.contoso.com',
    'abc-23-bootstrap.3@fe22.contoso.com',
    'abc-23-bootstrap.3@fe23.contoso.com',
    'abc-24-restart.1@fe11.contoso.com',
    'abc-24-restart.1@fe12.contoso.com',
    'abc-24-restart.1@fe13.contoso.com',
    'abc-24-restart.2@fe11.contoso.com',
    'abc-24-restart.2@fe12.contoso.com',
    'abc-24-restart.2@fe13.contoso.com',
    'abc-26-sync.1',
    'abc-26-sync.2',
    'abc-27-sba.1@sba01.contoso.com',
    'abc-27-sba.2@sba01.contoso.com',
    'abc-27-sba.3@sba01.contoso.com',
    'abc-27-sba.4@sba01.contoso.com',
    'abc-27-sba.5@sba01.contoso.com',
    'abc-27-sba.6@sba01.contoso.com',
    'abc-27-sba.7@sba01.contoso.com',
    'abc-accept.1.1@pool03.contoso.com',
    'abc-accept.1.2@pool03.contoso.com',
    'abc-accept.1.3@pool03.contoso.com',
    'abc-accept.1.4@pool03.contoso.com',
    'abc-accept.1.5@pool03.contoso.com',
    'abc-accept.1.6@pool03.contoso.com'
)

try {
Open-Record

# ---- Decide to replace the pool
if (Test-Step -Id 'abc-decide' -Title 'Decide to replace the pool' -RunOn 'fe11.contoso.com' -Account 'lync-admin') {
    # Note: Pool A is pool01.contoso.com, its partner B is pool02.contoso.com, the new pool C is pool03.contoso.com with worksheets of its own.
    Write-Host 'Decide: Decide to replace the pool (replace it)'
    [void] (Read-Answer -Question 'Press Enter when it is done')
}

# ---- Does pool A host the Central Management store?
if (Test-Step -Id 'abc-01-cms' -Title 'Does pool A host the Central Management store?' -RunOn 'fe11.contoso.com' -Account 'lync-admin') {
    # Note: Get-CsService -CentralManagement; the active one has Active True. Where that is A, steps 2 and 3 follow; the plan goes by the worksheets.
    Write-Host 'Decide: Does pool A host the Central Management store? (the plan is right)'
    [void] (Read-Answer -Question 'Press Enter when it is done')
}

# ---- Fail the Central Management store over to B
if (Test-Step -Id 'cms-failover/cf-find.2' -Title 'Confirm that the store is lost or was on the failed pool' -RunOn 'fe11.contoso.com' -Account 'lync-admin') {
    # Note: Get-CsManagementStoreReplicationStatus -CentralManagementStoreStatus; an empty ActiveMasterFqdn means that the store is not available.
    # Note: Get-CsService -CentralManagement; the master is the object with Active True. Where that is another pool that works, do not go on.
    Write-Host 'Decide: Confirm that the store is lost or was on the failed pool (fail it over)'
    [void] (Read-Answer -Question 'Press Enter when it is done')
}

# ---- Fail the Central Management store over to B
if (Test-Step -Id 'cms-failover/cf-relation' -Title 'Which pool is the backup pool?' -RunOn 'fe11.contoso.com' -Account 'lync-admin') {
    # Note: Look for pool02.contoso.com in the answer; the local replica answers even if the store is down.
    Confirm-Check -Question 'Before: every cmdlet and parameter of the plan exists there?'
    Invoke-Shown -Command { Get-CsPoolBackupRelationship -PoolFqdn 'pool01.contoso.com' -LocalStore | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show the number of objects is at least 1?'
}

# ---- Fail the Central Management store over to B
if (Test-Step -Id 'cms-failover/cf-export.1' -Title 'Create a new folder for what this failover saves' -RunOn 'fe11.contoso.com' -Account 'lync-admin' -Look 'on fe11.contoso.com run: Test-Path -LiteralPath ''\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso-rescue'' | Out-Host; if it shows every object: the value is True, the step has had its effect') {
    # Note: A finished backup set is never written to; what is made now has a set and a manifest of its own.
    Invoke-Shown -Command { New-Item -ItemType 'Directory' -Path '\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso-rescue' -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Test-Path -LiteralPath '\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso-rescue' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: the value is True?'
}

# ---- Fail the Central Management store over to B
if (Test-Step -Id 'cms-failover/cf-export.2' -Title 'Create the local folder' -RunOn 'fe11.contoso.com' -Account 'lync-admin') {
    Invoke-Shown -Command { New-Item -ItemType 'Directory' -Path 'C:\Rescue\2026-11-22T013000Z_contoso-rescue' -Force -Confirm:$false | Out-Host }
}

# ---- Fail the Central Management store over to B
if (Test-Step -Id 'cms-failover/cf-export.5' -Title 'Export the configuration from the replica of a server that runs' -RunOn 'fe11.contoso.com' -Account 'lync-admin' -Look 'on fe11.contoso.com run: Get-Item -LiteralPath ''C:\Rescue\2026-11-22T013000Z_contoso-rescue\Config.zip'' | Format-List -Property ''*'' | Out-Host; if it shows every object: LastWriteTime is another than what it was just before this step and Length is not 0, the step has had its effect') {
    # Note: It has two minutes. Where it does not answer, skip it with the reason; the newest verified backup set has the rest.
    # Note: Location information cannot be exported while the store is down; the backup set has it.
    Invoke-Shown -Command { Test-Path -LiteralPath 'C:\Rescue\2026-11-22T013000Z_contoso-rescue\Config.zip' | Out-Host }
    Confirm-Check -Question 'Before: there is no such file yet; rename what an earlier try left: does it show every object: the value is False?'
    Invoke-Shown -Command { Export-CsConfiguration -FileName 'C:\Rescue\2026-11-22T013000Z_contoso-rescue\Config.zip' -LocalStore | Out-Host }
    Invoke-Shown -Command { Get-Item -LiteralPath 'C:\Rescue\2026-11-22T013000Z_contoso-rescue\Config.zip' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: LastWriteTime is another than what it was just before this step and Length is not 0?'
}

# ---- Fail the Central Management store over to B
if (Test-Step -Id 'cms-failover/cf-export.6' -Title 'Copy the files into the set' -RunOn 'fe11.contoso.com' -Account 'lync-admin' -Look 'on fe11.contoso.com run: Get-ChildItem -LiteralPath ''\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso-rescue'' -Recurse -File | Measure-Object | Format-List -Property ''*'' | Out-Host; if it shows every object: Count is at least the Files that the step reads first, the step has had its effect') {
    Confirm-Check -Question 'Before: the session reaches the backup share?'
    Invoke-Shown -Command { Get-ChildItem -LiteralPath 'C:\Rescue\2026-11-22T013000Z_contoso-rescue' -Recurse -File | Measure-Object | Format-List -Property '*' | Out-Host }
    $Read_Files = Read-Value -Question 'Count (from fe11.contoso.com)'
    Invoke-Shown -Command { robocopy 'C:\Rescue\2026-11-22T013000Z_contoso-rescue' '\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso-rescue' '/E' '/COPY:DATSO' '/DCOPY:T' '/R:2' '/W:5' | Out-Host }
    Assert-ExitCode -Low 0 -High 7
    Invoke-Shown -Command { Get-ChildItem -LiteralPath '\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso-rescue' -Recurse -File | Measure-Object | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question ('Verify: does it show every object: Count is at least <Read:Files>?'.Replace('<Read:Files>', ($Read_Files -join ', ')))
}

# ---- Fail the Central Management store over to B
if (Test-Step -Id 'cms-failover/cf-principal' -Title 'Which Back End Server of the backup pool is principal?' -RunOn 'fe11.contoso.com' -Account 'lync-admin') {
    # Note: The mirror parameters are given because the standby is mirrored, whichever side is principal.
    Invoke-Shown -Command { Get-CsDatabaseMirrorState -DatabaseType 'CentralMgmt' -PoolFqdn 'pool02.contoso.com' -LocalStore | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show the number of objects is at least 1?'
}

# ---- Fail the Central Management store over to B
if (Test-Step -Id 'cms-failover/cf-failover.2' -Title 'Fail the store over without the lost pool' -RunOn 'fe11.contoso.com' -Account 'lync-admin' -Look 'on fe11.contoso.com run: Get-CsManagementStoreReplicationStatus -CentralManagementStoreStatus | Format-List -Property ''*'' | Out-Host; if it shows every object: ActiveMasterFqdn is one of pool02.contoso.com, fe11.contoso.com, fe12.contoso.com, fe13.contoso.com (within 10 min), the step has had its effect' -Undo 'none; the lost pool becomes the standby when it returns') {
    # Note: The target can only be the database that the topology names as standby; of a Standard Edition pair it is the instance rtc of the server itself.
    # Note: Where it says that the store is being moved to another location, plan again with store-state moving.
    Confirm-Check -Question 'Before: what is left of the configuration is saved?'
    Confirm-Check -Question 'Before: the database of the partner is in Backup mode?'
    Confirm-Harm -Harm 'makes the standby in pool02.contoso.com the active master; up to five minutes of changes are lost' -Name 'pool01.contoso.com'
    Invoke-Shown -Command { Invoke-CsManagementServerFailover -BackupSqlServerFqdn 'sql11.contoso.com' -BackupSqlInstanceName 'RTC' -BackupMirrorSqlServerFqdn 'sql12.contoso.com' -BackupMirrorSqlInstanceName 'RTC' -Force -Confirm:$false -Verbose | Out-Host }
    Invoke-Shown -Command { Get-CsManagementStoreReplicationStatus -CentralManagementStoreStatus | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: ActiveMasterFqdn is one of pool02.contoso.com, fe11.contoso.com, fe12.contoso.com, fe13.contoso.com (within 10 min)?'
    # To undo: none; the lost pool becomes the standby when it returns
}

# ---- Fail the Central Management store over to B
if (Test-Step -Id 'cms-failover/cf-check.1' -Title 'Master and file transfer agents' -RunOn 'fe11.contoso.com' -Account 'lync-admin' -Look 'on fe11.contoso.com run: Get-CsManagementStoreReplicationStatus -CentralManagementStoreStatus | Format-List -Property ''*'' | Out-Host; if it shows every object: ActiveMasterFqdn is one of pool02.contoso.com, fe11.contoso.com, fe12.contoso.com, fe13.contoso.com and ActiveFileTransferAgents is not empty (within 10 min), the step has had its effect') {
    Invoke-Shown -Command { Get-CsManagementStoreReplicationStatus -CentralManagementStoreStatus | Format-List -Property '*' | Out-Host }
    Invoke-Shown -Command { Get-CsManagementStoreReplicationStatus -CentralManagementStoreStatus | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: ActiveMasterFqdn is one of pool02.contoso.com, fe11.contoso.com, fe12.contoso.com, fe13.contoso.com and ActiveFileTransferAgents is not empty (within 10 min)?'
}

# ---- Fail the Central Management store over to B
if (Test-Step -Id 'cms-failover/cf-check.2' -Title 'The database of the new master says that it is in use' -RunOn 'sql11.contoso.com\RTC' -Account 'sql-admin' -Look 'on sql11.contoso.com\RTC run: sqlcmd ''-S'' ''sql11.contoso.com\RTC'' ''-E'' ''-b'' ''-x'' ''-Q'' ''SELECT [Value] FROM [xds].[dbo].[DbConfigInt] WHERE [Name] = N''''CurrentState'''';'' | Out-Host; if it shows every object: Value is 0 (within 5 min), the step has had its effect') {
    # Note: 0 is in use, 3 is standby (Backup mode); anything else is in transition. Never write this value.
    Invoke-Shown -Command { sqlcmd '-S' 'sql11.contoso.com\RTC' '-E' '-b' '-x' '-Q' 'SELECT [Value] FROM [xds].[dbo].[DbConfigInt] WHERE [Name] = N''CurrentState'';' | Out-Host }
    Assert-ExitCode -Low 0 -High 0
    Invoke-Shown -Command { sqlcmd '-S' 'sql11.contoso.com\RTC' '-E' '-b' '-x' '-Q' 'SELECT [Value] FROM [xds].[dbo].[DbConfigInt] WHERE [Name] = N''CurrentState'';' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Value is 0 (within 5 min)?'
}

# ---- Fail the Central Management store over to B
if (Test-Step -Id 'cms-failover/cf-check.3' -Title 'Active Directory points to the new master' -RunOn 'fe11.contoso.com' -Account 'lync-admin') {
    Invoke-Shown -Command { Get-CsConfigurationStoreLocation | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show at least one object: BackEndServer contains sql11.contoso.com?'
}

# ---- Fail the Central Management store over to B
if (Test-Step -Id 'cms-failover/cf-restart.1@fe11.contoso.com' -Title 'Stop MASTER, REPLICA, FTA and LYNCBACKUP: fe11.contoso.com' -RunOn 'fe11.contoso.com' -Account 'lync-admin' -Look 'on fe11.contoso.com run: Get-CsWindowsService -ComputerName ''fe11.contoso.com'' | Where-Object -Property ''Name'' -Value @(''MASTER'', ''REPLICA'', ''FTA'', ''LYNCBACKUP'') -In | Format-List -Property ''*'' | Out-Host; if it shows every object: Status is Stopped (within 5 min), the step has had its effect' -Undo 'Start-CsWindowsService -ComputerName fe11.contoso.com') {
    # Note: Users are not affected; configuration is not replicated meanwhile.
    Invoke-Shown -Command { Get-CsWindowsService -ComputerName 'fe11.contoso.com' | Where-Object -Property 'Name' -Value @('MASTER', 'REPLICA', 'FTA', 'LYNCBACKUP') -In | Stop-CsWindowsService -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-CsWindowsService -ComputerName 'fe11.contoso.com' | Where-Object -Property 'Name' -Value @('MASTER', 'REPLICA', 'FTA', 'LYNCBACKUP') -In | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Status is Stopped (within 5 min)?'
    # To undo: Start-CsWindowsService -ComputerName fe11.contoso.com
}

# ---- Fail the Central Management store over to B
if (Test-Step -Id 'cms-failover/cf-restart.1@fe12.contoso.com' -Title 'Stop MASTER, REPLICA, FTA and LYNCBACKUP: fe12.contoso.com' -RunOn 'fe11.contoso.com' -Account 'lync-admin' -Look 'on fe11.contoso.com run: Get-CsWindowsService -ComputerName ''fe12.contoso.com'' | Where-Object -Property ''Name'' -Value @(''MASTER'', ''REPLICA'', ''FTA'', ''LYNCBACKUP'') -In | Format-List -Property ''*'' | Out-Host; if it shows every object: Status is Stopped (within 5 min), the step has had its effect' -Undo 'Start-CsWindowsService -ComputerName fe12.contoso.com') {
    # Note: Users are not affected; configuration is not replicated meanwhile.
    Invoke-Shown -Command { Get-CsWindowsService -ComputerName 'fe12.contoso.com' | Where-Object -Property 'Name' -Value @('MASTER', 'REPLICA', 'FTA', 'LYNCBACKUP') -In | Stop-CsWindowsService -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-CsWindowsService -ComputerName 'fe12.contoso.com' | Where-Object -Property 'Name' -Value @('MASTER', 'REPLICA', 'FTA', 'LYNCBACKUP') -In | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Status is Stopped (within 5 min)?'
    # To undo: Start-CsWindowsService -ComputerName fe12.contoso.com
}

# ---- Fail the Central Management store over to B
if (Test-Step -Id 'cms-failover/cf-restart.1@fe13.contoso.com' -Title 'Stop MASTER, REPLICA, FTA and LYNCBACKUP: fe13.contoso.com' -RunOn 'fe11.contoso.com' -Account 'lync-admin' -Look 'on fe11.contoso.com run: Get-CsWindowsService -ComputerName ''fe13.contoso.com'' | Where-Object -Property ''Name'' -Value @(''MASTER'', ''REPLICA'', ''FTA'', ''LYNCBACKUP'') -In | Format-List -Property ''*'' | Out-Host; if it shows every object: Status is Stopped (within 5 min), the step has had its effect' -Undo 'Start-CsWindowsService -ComputerName fe13.contoso.com') {
    # Note: Users are not affected; configuration is not replicated meanwhile.
    Invoke-Shown -Command { Get-CsWindowsService -ComputerName 'fe13.contoso.com' | Where-Object -Property 'Name' -Value @('MASTER', 'REPLICA', 'FTA', 'LYNCBACKUP') -In | Stop-CsWindowsService -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-CsWindowsService -ComputerName 'fe13.contoso.com' | Where-Object -Property 'Name' -Value @('MASTER', 'REPLICA', 'FTA', 'LYNCBACKUP') -In | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Status is Stopped (within 5 min)?'
    # To undo: Start-CsWindowsService -ComputerName fe13.contoso.com
}

# ---- Fail the Central Management store over to B
if (Test-Step -Id 'cms-failover/cf-restart.2@fe11.contoso.com' -Title 'Start them again: fe11.contoso.com' -RunOn 'fe11.contoso.com' -Account 'lync-admin' -Look 'on fe11.contoso.com run: Get-CsWindowsService -ComputerName ''fe11.contoso.com'' | Where-Object -Property ''Name'' -Value @(''MASTER'', ''REPLICA'', ''FTA'', ''LYNCBACKUP'') -In | Format-List -Property ''*'' | Out-Host; if it shows every object: Status is Running (within 10 min), the step has had its effect') {
    # Note: A master that refuses to start means that no pool is master. Users go on working; do not improvise. Restore the store from the export of this failover with restore-cms.
    Invoke-Shown -Command { Get-CsWindowsService -ComputerName 'fe11.contoso.com' | Where-Object -Property 'Name' -Value @('MASTER', 'REPLICA', 'FTA', 'LYNCBACKUP') -In | Start-CsWindowsService -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-CsWindowsService -ComputerName 'fe11.contoso.com' | Where-Object -Property 'Name' -Value @('MASTER', 'REPLICA', 'FTA', 'LYNCBACKUP') -In | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Status is Running (within 10 min)?'
}

# ---- Fail the Central Management store over to B
if (Test-Step -Id 'cms-failover/cf-restart.2@fe12.contoso.com' -Title 'Start them again: fe12.contoso.com' -RunOn 'fe11.contoso.com' -Account 'lync-admin' -Look 'on fe11.contoso.com run: Get-CsWindowsService -ComputerName ''fe12.contoso.com'' | Where-Object -Property ''Name'' -Value @(''MASTER'', ''REPLICA'', ''FTA'', ''LYNCBACKUP'') -In | Format-List -Property ''*'' | Out-Host; if it shows every object: Status is Running (within 10 min), the step has had its effect') {
    # Note: A master that refuses to start means that no pool is master. Users go on working; do not improvise. Restore the store from the export of this failover with restore-cms.
    Invoke-Shown -Command { Get-CsWindowsService -ComputerName 'fe12.contoso.com' | Where-Object -Property 'Name' -Value @('MASTER', 'REPLICA', 'FTA', 'LYNCBACKUP') -In | Start-CsWindowsService -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-CsWindowsService -ComputerName 'fe12.contoso.com' | Where-Object -Property 'Name' -Value @('MASTER', 'REPLICA', 'FTA', 'LYNCBACKUP') -In | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Status is Running (within 10 min)?'
}

# ---- Fail the Central Management store over to B
if (Test-Step -Id 'cms-failover/cf-restart.2@fe13.contoso.com' -Title 'Start them again: fe13.contoso.com' -RunOn 'fe11.contoso.com' -Account 'lync-admin' -Look 'on fe11.contoso.com run: Get-CsWindowsService -ComputerName ''fe13.contoso.com'' | Where-Object -Property ''Name'' -Value @(''MASTER'', ''REPLICA'', ''FTA'', ''LYNCBACKUP'') -In | Format-List -Property ''*'' | Out-Host; if it shows every object: Status is Running (within 10 min), the step has had its effect') {
    # Note: A master that refuses to start means that no pool is master. Users go on working; do not improvise. Restore the store from the export of this failover with restore-cms.
    Invoke-Shown -Command { Get-CsWindowsService -ComputerName 'fe13.contoso.com' | Where-Object -Property 'Name' -Value @('MASTER', 'REPLICA', 'FTA', 'LYNCBACKUP') -In | Start-CsWindowsService -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-CsWindowsService -ComputerName 'fe13.contoso.com' | Where-Object -Property 'Name' -Value @('MASTER', 'REPLICA', 'FTA', 'LYNCBACKUP') -In | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Status is Running (within 10 min)?'
}

# ---- Fail the Central Management store over to B
if (Test-Step -Id 'cms-failover/cf-replicas' -Title 'Is every server that runs up to date?' -RunOn 'fe11.contoso.com' -Account 'lync-admin' -Look 'on fe11.contoso.com run: Get-CsManagementStoreReplicationStatus | Where-Object -Property ''UpToDate'' -Value $true -EQ | Format-List -Property ''*'' | Out-Host; if it shows for each of them one object: ReplicaFqdn is chat01.contoso.com, chat02.contoso.com, fe11.contoso.com, fe12.contoso.com, fe13.contoso.com, se02.contoso.com, se03.contoso.com, se04.contoso.com, edge01.contoso.com, edge11.contoso.com (within 30 min), the step has had its effect') {
    # Note: Servers of a lost pool, and of an Edge pool that is recorded as cold, stay False and are not waited for.
    # Note: Until this is true, no second failover of the store is begun.
    Invoke-Shown -Command { Get-CsManagementStoreReplicationStatus | Format-List -Property '*' | Out-Host }
    Invoke-Shown -Command { Get-CsManagementStoreReplicationStatus | Where-Object -Property 'UpToDate' -Value $true -EQ | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show for each of them one object: ReplicaFqdn is chat01.contoso.com, chat02.contoso.com, fe11.contoso.com, fe12.contoso.com, fe13.contoso.com, se02.contoso.com, se03.contoso.com, se04.contoso.com, edge01.contoso.com, edge11.contoso.com (within 30 min)?'
}

# ---- Import A's location information into B
if (Test-Step -Id 'cms-failover/cf-lis.1' -Title 'Copy the export to the server and check it' -RunOn 'fe11.contoso.com' -Account 'lync-admin' -Look 'on fe11.contoso.com run: certutil ''-hashfile'' ''C:\Restore\E911Config.zip'' ''SHA256'' | Out-Host; if it shows at least one object: the value contains b925a53623809e14b437bb9c31039674f629b29c615923c075864c4ea8ac1e29, the step has had its effect') {
    Invoke-Shown -Command { robocopy '\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso' 'C:\Restore' 'E911Config.zip' '/COPY:DAT' '/R:2' '/W:5' | Out-Host }
    Assert-ExitCode -Low 0 -High 7
    Invoke-Shown -Command { certutil '-hashfile' 'C:\Restore\E911Config.zip' 'SHA256' | Out-Host }
    Confirm-Check -Question 'Verify: does it show at least one object: the value contains b925a53623809e14b437bb9c31039674f629b29c615923c075864c4ea8ac1e29?'
}

# ---- Import A's location information into B
if (Test-Step -Id 'cms-failover/cf-lis.3' -Title 'Import the location information' -RunOn 'fe11.contoso.com' -Account 'lync-admin' -Look 'on fe11.contoso.com run: Get-CsLisLocation | Out-Host; if it shows the number of objects is at least 2, the step has had its effect' -Undo 'none') {
    # Note: Only because the store was failed over: its location database was not copied to the partner. Where the store stayed where it is, nothing is lost, and an import would bring back old data.
    Confirm-Harm -Harm 'records changed since the backup return to the old value; those added later stay' -Name 'pool02.contoso.com'
    Invoke-Shown -Command { Import-CsLisConfiguration -FileName 'C:\Restore\E911Config.zip' | Out-Host }
    Invoke-Shown -Command { Get-CsLisLocation | Out-Host }
    Confirm-Check -Question 'Verify: does it show the number of objects is at least 2?'
    # To undo: none
}

# ---- Import A's location information into B
if (Test-Step -Id 'cms-failover/cf-lis.5' -Title 'Publish the location information' -RunOn 'fe11.contoso.com' -Account 'lync-admin') {
    Invoke-Shown -Command { Publish-CsLisConfiguration -Confirm:$false | Out-Host }
}

# ---- Import A's Response Groups into B
if (Test-Step -Id 'abc-04-rgs.1' -Title 'Copy the export to the server and check it' -RunOn 'fe11.contoso.com' -Account 'lync-admin' -Look 'on fe11.contoso.com run: certutil ''-hashfile'' ''C:\Restore\Rgs\pool01.contoso.com.zip'' ''SHA256'' | Out-Host; if it shows at least one object: the value contains 91abe0029f04203210a54edd893081de6603f16406c5659a3b95213be90067bd, the step has had its effect') {
    Invoke-Shown -Command { robocopy '\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\Rgs' 'C:\Restore\Rgs' 'pool01.contoso.com.zip' '/COPY:DAT' '/R:2' '/W:5' | Out-Host }
    Assert-ExitCode -Low 0 -High 7
    Invoke-Shown -Command { certutil '-hashfile' 'C:\Restore\Rgs\pool01.contoso.com.zip' 'SHA256' | Out-Host }
    Confirm-Check -Question 'Verify: does it show at least one object: the value contains 91abe0029f04203210a54edd893081de6603f16406c5659a3b95213be90067bd?'
}

# ---- Import A's Response Groups into B
if (Test-Step -Id 'abc-04-rgs.2' -Title 'Import the Response Groups of the failed pool' -RunOn 'fe11.contoso.com' -Account 'lync-admin' -Look 'on fe11.contoso.com run: Get-CsRgsWorkflow -Identity ''service:ApplicationServer:pool02.contoso.com'' -Owner ''service:ApplicationServer:pool01.contoso.com'' | Format-List -Property ''*'' | Out-Host; if it shows for each of them one object: Name is Deliveries, Invoices, Support hotline, the step has had its effect' -Undo 'Export-CsRgsConfiguration with RemoveExportedConfiguration and the owner') {
    # Note: The owner stays pool01.contoso.com; with -OverwriteOwner neither the check nor the way back would find the groups.
    # Note: Names must differ from those of the partner's own groups; rename those first, or add -ResolveNameConflicts manually.
    # Note: Where the settings are not taken along and the pool cannot be recovered, its default music on hold, ring-back time and call context are lost.
    Confirm-Harm -Harm 'adds the Response Groups of pool01.contoso.com to pool02.contoso.com, with its settings where that was chosen' -Name 'pool02.contoso.com'
    Invoke-Shown -Command { Import-CsRgsConfiguration -Destination 'service:ApplicationServer:pool02.contoso.com' -FileName 'C:\Restore\Rgs\pool01.contoso.com.zip' | Out-Host }
    Invoke-Shown -Command { Get-CsRgsWorkflow -Identity 'service:ApplicationServer:pool02.contoso.com' -Owner 'service:ApplicationServer:pool01.contoso.com' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show for each of them one object: Name is Deliveries, Invoices, Support hotline?'
    # To undo: Export-CsRgsConfiguration with RemoveExportedConfiguration and the owner
}

# ---- Import A's Response Groups into B
if (Test-Step -Id 'abc-04-rgs.3' -Title 'Workflows' -RunOn 'fe11.contoso.com' -Account 'lync-admin') {
    Invoke-Shown -Command { Get-CsRgsWorkflow -Identity 'service:ApplicationServer:pool02.contoso.com' -Owner 'service:ApplicationServer:pool01.contoso.com' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show for each of them one object: Name is Deliveries, Invoices, Support hotline?'
}

# ---- Import A's Response Groups into B
if (Test-Step -Id 'abc-04-rgs.4' -Title 'Queues' -RunOn 'fe11.contoso.com' -Account 'lync-admin') {
    Invoke-Shown -Command { Get-CsRgsQueue -Identity 'service:ApplicationServer:pool02.contoso.com' -Owner 'service:ApplicationServer:pool01.contoso.com' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show for each of them one object: Name is Deliveries, Invoices, Support hotline?'
}

# ---- Import A's Response Groups into B
if (Test-Step -Id 'abc-04-rgs.5' -Title 'Agent groups' -RunOn 'fe11.contoso.com' -Account 'lync-admin') {
    Invoke-Shown -Command { Get-CsRgsAgentGroup -Identity 'service:ApplicationServer:pool02.contoso.com' -Owner 'service:ApplicationServer:pool01.contoso.com' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show for each of them one object: Name is Deliveries, Invoices, Support hotline?'
}

# ---- Import A's Response Groups into B
if (Test-Step -Id 'abc-04-rgs.6' -Title 'Business hours' -RunOn 'fe11.contoso.com' -Account 'lync-admin') {
    Invoke-Shown -Command { Get-CsRgsHoursOfBusiness -Identity 'service:ApplicationServer:pool02.contoso.com' -Owner 'service:ApplicationServer:pool01.contoso.com' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show for each of them one object: Name is Office hours, Support hours?'
}

# ---- Import A's Response Groups into B
if (Test-Step -Id 'abc-04-rgs.7' -Title 'Holiday sets' -RunOn 'fe11.contoso.com' -Account 'lync-admin') {
    Invoke-Shown -Command { Get-CsRgsHolidaySet -Identity 'service:ApplicationServer:pool02.contoso.com' -Owner 'service:ApplicationServer:pool01.contoso.com' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show for each of them one object: Name is Public holidays?'
}

# ---- Re-create A's announcements in B
if (Test-Step -Id 'abc-06-announce.1@pool02.contoso.com@greeting.wav' -Title 'Import the audio file: pool02.contoso.com, greeting.wav' -RunOn 'fe11.contoso.com' -Account 'lync-admin') {
    # Note: No export holds it. WAV or WMA.
    # Note: The file lies below AppServerFiles\RGS\AS of the file store of that pool.
    Write-Host 'On fe11.contoso.com, in the management shell, read greeting.wav from the recordings that were kept, with [System.IO.File]::ReadAllBytes, and pass the bytes to Import-CsAnnouncementFile with Parent service:ApplicationServer:pool02.contoso.com and FileName greeting.wav.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
}

# ---- Re-create A's announcements in B
if (Test-Step -Id 'abc-06-announce.2@pool02.contoso.com@Number not in use' -Title 'Create the announcement: pool02.contoso.com, Number not in use' -RunOn 'fe11.contoso.com' -Account 'lync-admin' -Look 'on fe11.contoso.com run: Get-CsAnnouncement -Identity ''ApplicationServer:pool02.contoso.com'' | Format-List -Property ''*'' | Out-Host; if it shows at least one object: Name is Number not in use, the step has had its effect' -Undo 'Remove-CsAnnouncement with its complete identity') {
    # Note: An announcement without prompt is allowed; it only transfers.
    Invoke-Shown -Command { New-CsAnnouncement -Parent 'service:ApplicationServer:pool02.contoso.com' -Name 'Number not in use' -AudioFilePrompt 'greeting.wav' -Language 'en-US' -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-CsAnnouncement -Identity 'ApplicationServer:pool02.contoso.com' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show at least one object: Name is Number not in use?'
    # To undo: Remove-CsAnnouncement with its complete identity
}

# ---- Re-create A's announcements in B
if (Test-Step -Id 'abc-06-announce.2@pool02.contoso.com@Former employee' -Title 'Create the announcement: pool02.contoso.com, Former employee' -RunOn 'fe11.contoso.com' -Account 'lync-admin' -Look 'on fe11.contoso.com run: Get-CsAnnouncement -Identity ''ApplicationServer:pool02.contoso.com'' | Format-List -Property ''*'' | Out-Host; if it shows at least one object: Name is Former employee, the step has had its effect' -Undo 'Remove-CsAnnouncement with its complete identity') {
    # Note: An announcement without prompt is allowed; it only transfers.
    Invoke-Shown -Command { New-CsAnnouncement -Parent 'service:ApplicationServer:pool02.contoso.com' -Name 'Former employee' -TextToSpeechPrompt 'This person has left the company.' -Language 'en-US' -TargetUri 'sip:support01@contoso.com' -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-CsAnnouncement -Identity 'ApplicationServer:pool02.contoso.com' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show at least one object: Name is Former employee?'
    # To undo: Remove-CsAnnouncement with its complete identity
}

# ---- Re-create A's announcements in B
if (Test-Step -Id 'abc-06-announce.4@pool02.contoso.com@Redmond main' -Title 'Redirect the range: pool02.contoso.com, Redmond main' -RunOn 'fe11.contoso.com' -Account 'lync-admin' -Look 'on fe11.contoso.com run: Get-CsUnassignedNumber -Identity ''Redmond main'' | Format-List -Property ''*'' | Out-Host; if it shows every object: AnnouncementService names pool02.contoso.com and AnnouncementName is Number not in use, the step has had its effect' -Undo 'the same with the other pool') {
    Confirm-Harm -Harm 'calls to unassigned numbers of Redmond main go to an announcement of pool02.contoso.com' -Name 'pool02.contoso.com'
    Invoke-Shown -Command { Set-CsUnassignedNumber -Identity 'Redmond main' -AnnouncementService 'pool02.contoso.com' -AnnouncementName 'Number not in use' -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-CsUnassignedNumber -Identity 'Redmond main' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: AnnouncementService names pool02.contoso.com and AnnouncementName is Number not in use?'
    # To undo: the same with the other pool
}

# ---- Re-create A's announcements in B
if (Test-Step -Id 'abc-06-announce.4@pool02.contoso.com@Redmond former' -Title 'Redirect the range: pool02.contoso.com, Redmond former' -RunOn 'fe11.contoso.com' -Account 'lync-admin' -Look 'on fe11.contoso.com run: Get-CsUnassignedNumber -Identity ''Redmond former'' | Format-List -Property ''*'' | Out-Host; if it shows every object: AnnouncementService names pool02.contoso.com and AnnouncementName is Former employee, the step has had its effect' -Undo 'the same with the other pool') {
    Confirm-Harm -Harm 'calls to unassigned numbers of Redmond former go to an announcement of pool02.contoso.com' -Name 'pool02.contoso.com'
    Invoke-Shown -Command { Set-CsUnassignedNumber -Identity 'Redmond former' -AnnouncementService 'pool02.contoso.com' -AnnouncementName 'Former employee' -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-CsUnassignedNumber -Identity 'Redmond former' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: AnnouncementService names pool02.contoso.com and AnnouncementName is Former employee?'
    # To undo: the same with the other pool
}

# ---- Give the Edge pools another next hop
if (Test-Step -Id 'abc-07-edge.1@edgepool.contoso.com' -Title 'Change the next hop of the Edge pool: edgepool.contoso.com' -RunOn 'fe11.contoso.com' -Account 'lync-admin' -Look 'on fe11.contoso.com run: Get-CsService -EdgeServer -PoolFqdn ''edgepool.contoso.com'' | Format-List -Property ''*'' | Out-Host; if it shows every object: Registrar names pool02.contoso.com, the step has had its effect' -Undo 'Set-CsEdgeServer with the old Registrar (edge-failback)') {
    # Note: The store must be writable; where its pool failed, it was failed over first.
    # Note: Topology Builder offers next hops of the Edge pool's own site only; the cmdlet takes those of other sites as well.
    Confirm-Harm -Harm 'changes the published topology; external users and federation go through pool02.contoso.com' -Name 'edgepool.contoso.com'
    Invoke-Shown -Command { Set-CsEdgeServer -Identity 'EdgeServer:edgepool.contoso.com' -Registrar 'Registrar:pool02.contoso.com' -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-CsService -EdgeServer -PoolFqdn 'edgepool.contoso.com' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Registrar names pool02.contoso.com?'
    # To undo: Set-CsEdgeServer with the old Registrar (edge-failback)
}

# ---- Give the Edge pools another next hop
if (Test-Step -Id 'abc-07-edge.2@edge01.contoso.com' -Title 'Wait until the Edge Server has the change: edge01.contoso.com' -RunOn 'fe11.contoso.com' -Account 'lync-admin' -Look 'on fe11.contoso.com run: Get-CsManagementStoreReplicationStatus -ReplicaFqdn ''edge01.contoso.com'' | Format-List -Property ''*'' | Out-Host; if it shows every object: UpToDate is True (within 15 min), the step has had its effect') {
    Invoke-Shown -Command { Get-CsManagementStoreReplicationStatus -ReplicaFqdn 'edge01.contoso.com' | Format-List -Property '*' | Out-Host }
    Invoke-Shown -Command { Get-CsManagementStoreReplicationStatus -ReplicaFqdn 'edge01.contoso.com' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: UpToDate is True (within 15 min)?'
}

# ---- Fail A over to B
if (Test-Step -Id 'abc-07-failover' -Title 'Fail A over to B' -RunOn 'fe11.contoso.com' -Account 'lync-admin' -Look 'on fe11.contoso.com run: Get-CsRegistrarConfiguration | Format-List -Property ''*'' | Out-Host; if it shows at least one object: Identity contains Registrar:pool01.contoso.com and PoolState is FailedOver (within 30 min), the step has had its effect' -Undo 'none') {
    Confirm-Check -Question 'Before: the partner runs?'
    Confirm-Harm -Harm 'signs out every user of pool01.contoso.com; what was not carried over is lost' -Name 'pool01.contoso.com'
    Invoke-Shown -Command { Invoke-CsPoolFailOver -PoolFqdn 'pool01.contoso.com' -DisasterMode -Confirm:$false -Verbose | Out-Host }
    Invoke-Shown -Command { Get-CsRegistrarConfiguration | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show at least one object: Identity contains Registrar:pool01.contoso.com and PoolState is FailedOver (within 30 min)?'
    # To undo: none
}

# ---- Build pool C, and start no service on it
if (Test-Step -Id 'abc-08-build@fe21.contoso.com' -Title 'Build pool C, and start no service on it: fe21.contoso.com' -RunOn 'fe11.contoso.com' -Account 'lync-admin' -Look 'on fe11.contoso.com run: Get-CsWindowsService -ComputerName ''fe21.contoso.com'' | Format-List -Property ''*'' | Out-Host; if it shows every object: Status is Stopped, the step has had its effect') {
    # Note: May run in parallel with 5 and 6. At least three of its servers must run together later; with Skype for Business Server 2019 it has at least three.
    Write-Host 'Define, publish and deploy pool03.contoso.com, here fe21.contoso.com, up to step 3 of the Deployment Wizard, and start no service on it. It has everything that A had: conferencing with dial-in, Enterprise Voice, Call Park, Response Group, Announcement, archiving and monitoring, the Edge association for media, a file store, Office Web Apps; DNS, load balancer, certificates; the edition and operating system of B.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    Invoke-Shown -Command { Get-CsWindowsService -ComputerName 'fe21.contoso.com' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Status is Stopped?'
}

# ---- Build pool C, and start no service on it
if (Test-Step -Id 'abc-08-build@fe22.contoso.com' -Title 'Build pool C, and start no service on it: fe22.contoso.com' -RunOn 'fe11.contoso.com' -Account 'lync-admin' -Look 'on fe11.contoso.com run: Get-CsWindowsService -ComputerName ''fe22.contoso.com'' | Format-List -Property ''*'' | Out-Host; if it shows every object: Status is Stopped, the step has had its effect') {
    # Note: May run in parallel with 5 and 6. At least three of its servers must run together later; with Skype for Business Server 2019 it has at least three.
    Write-Host 'Define, publish and deploy pool03.contoso.com, here fe22.contoso.com, up to step 3 of the Deployment Wizard, and start no service on it. It has everything that A had: conferencing with dial-in, Enterprise Voice, Call Park, Response Group, Announcement, archiving and monitoring, the Edge association for media, a file store, Office Web Apps; DNS, load balancer, certificates; the edition and operating system of B.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    Invoke-Shown -Command { Get-CsWindowsService -ComputerName 'fe22.contoso.com' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Status is Stopped?'
}

# ---- Build pool C, and start no service on it
if (Test-Step -Id 'abc-08-build@fe23.contoso.com' -Title 'Build pool C, and start no service on it: fe23.contoso.com' -RunOn 'fe11.contoso.com' -Account 'lync-admin' -Look 'on fe11.contoso.com run: Get-CsWindowsService -ComputerName ''fe23.contoso.com'' | Format-List -Property ''*'' | Out-Host; if it shows every object: Status is Stopped, the step has had its effect') {
    # Note: May run in parallel with 5 and 6. At least three of its servers must run together later; with Skype for Business Server 2019 it has at least three.
    Write-Host 'Define, publish and deploy pool03.contoso.com, here fe23.contoso.com, up to step 3 of the Deployment Wizard, and start no service on it. It has everything that A had: conferencing with dial-in, Enterprise Voice, Call Park, Response Group, Announcement, archiving and monitoring, the Edge association for media, a file store, Office Web Apps; DNS, load balancer, certificates; the edition and operating system of B.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    Invoke-Shown -Command { Get-CsWindowsService -ComputerName 'fe23.contoso.com' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Status is Stopped?'
}

# ---- Save what is about to move
if (Test-Step -Id 'abc-09-save.3' -Title 'Export the user data of B' -RunOn 'fe11.contoso.com' -Account 'lync-admin' -Look 'on fe11.contoso.com run: Get-Item -LiteralPath ''C:\Rescue\2026-11-22T013000Z_contoso-rescue\PoolBUserDataBefore.zip'' | Format-List -Property ''*'' | Out-Host; if it shows every object: LastWriteTime is another than what it was just before this step and Length is not 0, the step has had its effect') {
    Invoke-Shown -Command { Test-Path -LiteralPath 'C:\Rescue\2026-11-22T013000Z_contoso-rescue\PoolBUserDataBefore.zip' | Out-Host }
    Confirm-Check -Question 'Before: there is no such file yet; rename what an earlier try left: does it show every object: the value is False?'
    Invoke-Shown -Command { Export-CsUserData -PoolFqdn 'pool02.contoso.com' -FileName 'C:\Rescue\2026-11-22T013000Z_contoso-rescue\PoolBUserDataBefore.zip' | Out-Host }
    Invoke-Shown -Command { Get-Item -LiteralPath 'C:\Rescue\2026-11-22T013000Z_contoso-rescue\PoolBUserDataBefore.zip' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: LastWriteTime is another than what it was just before this step and Length is not 0?'
}

# ---- Save what is about to move
if (Test-Step -Id 'abc-09-save.4' -Title 'Save the list of A''s users' -RunOn 'fe11.contoso.com' -Account 'lync-admin' -Look 'on fe11.contoso.com run: Get-Item -LiteralPath ''C:\Rescue\2026-11-22T013000Z_contoso-rescue\poola-users.csv'' | Import-Csv | Where-Object -Property ''SipAddress'' -Value ''sip:*'' -Like | Measure-Object | Format-List -Property ''*'' | Out-Host; if it shows every object: Count is the Users that the step reads first, the step has had its effect') {
    # Note: A list that is there is refused, never replaced; rename one that an interrupted try left.
    Invoke-Shown -Command { Get-CsUser -Filter 'RegistrarPool -eq ''pool01.contoso.com''' | Measure-Object | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Before: users are homed on pool01.contoso.com still; once they are moved the list would be empty: does it show every object: Count is at least 1?'
    Invoke-Shown -Command { Get-CsUser -Filter 'RegistrarPool -eq ''pool01.contoso.com''' | Measure-Object | Format-List -Property '*' | Out-Host }
    $Read_Users = Read-Value -Question 'Count (from fe11.contoso.com)'
    Invoke-Shown -Command { Get-CsUser -Filter 'RegistrarPool -eq ''pool01.contoso.com''' | Export-Csv -Path 'C:\Rescue\2026-11-22T013000Z_contoso-rescue\poola-users.csv' -NoClobber -NoTypeInformation -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-Item -LiteralPath 'C:\Rescue\2026-11-22T013000Z_contoso-rescue\poola-users.csv' | Import-Csv | Where-Object -Property 'SipAddress' -Value 'sip:*' -Like | Measure-Object | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question ('Verify: does it show every object: Count is <Read:Users>?'.Replace('<Read:Users>', ($Read_Users -join ', ')))
}

# ---- Save what is about to move
if (Test-Step -Id 'abc-09-save.5' -Title 'Copy the files into the set' -RunOn 'fe11.contoso.com' -Account 'lync-admin' -Look 'on fe11.contoso.com run: Get-ChildItem -LiteralPath ''\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso-rescue'' -Recurse -File | Measure-Object | Format-List -Property ''*'' | Out-Host; if it shows every object: Count is at least the Files that the step reads first, the step has had its effect') {
    Invoke-Shown -Command { Get-ChildItem -LiteralPath 'C:\Rescue\2026-11-22T013000Z_contoso-rescue' -Recurse -File | Measure-Object | Format-List -Property '*' | Out-Host }
    $Read_Files = Read-Value -Question 'Count (from fe11.contoso.com)'
    Invoke-Shown -Command { robocopy 'C:\Rescue\2026-11-22T013000Z_contoso-rescue' '\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso-rescue' '/E' '/COPY:DATSO' '/DCOPY:T' '/R:2' '/W:5' | Out-Host }
    Assert-ExitCode -Low 0 -High 7
    Invoke-Shown -Command { Get-ChildItem -LiteralPath '\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso-rescue' -Recurse -File | Measure-Object | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question ('Verify: does it show every object: Count is at least <Read:Files>?'.Replace('<Read:Files>', ($Read_Files -join ', ')))
}

# ---- Rehome everything of A on C
if (Test-Step -Id 'abc-09-users.1' -Title 'Users' -RunOn 'fe11.contoso.com' -Account 'lync-admin' -Look 'on fe11.contoso.com run: Get-CsUser -Filter ''RegistrarPool -eq ''''pool01.contoso.com'''''' | Out-Host; if it shows the number of objects is 0, the step has had its effect' -Undo 'Move-CsUser back, without their data') {
    # Note: Do not use -MoveConferenceData in disaster recovery. What the accounts lack comes back in steps 12 and 13.
    # Note: Where it names several federated Edge Servers, send it manually with -ProxyPool.
    Confirm-Harm -Harm 'moves the accounts of all users of pool01.contoso.com without contacts and meetings; they are without service until step 15' -Name 'pool01.contoso.com'
    Invoke-Shown -Command { Get-CsUser -Filter 'RegistrarPool -eq ''pool01.contoso.com''' | Move-CsUser -Target 'pool03.contoso.com' -Force -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-CsUser -Filter 'RegistrarPool -eq ''pool01.contoso.com''' | Out-Host }
    Confirm-Check -Question 'Verify: does it show the number of objects is 0?'
    # To undo: Move-CsUser back, without their data
}

# ---- Rehome everything of A on C
if (Test-Step -Id 'abc-09-users.2' -Title 'Common area phones' -RunOn 'fe11.contoso.com' -Account 'lync-admin' -Look 'on fe11.contoso.com run: Get-CsCommonAreaPhone -Filter ''RegistrarPool -eq ''''pool01.contoso.com'''''' | Out-Host; if it shows the number of objects is 0, the step has had its effect') {
    # Note: Users are not all that is homed on a pool; otherwise step 22 cannot delete A.
    Confirm-Harm -Harm 'moves the common area phones of pool01.contoso.com' -Name 'pool01.contoso.com'
    Invoke-Shown -Command { Get-CsCommonAreaPhone -Filter 'RegistrarPool -eq ''pool01.contoso.com''' | Move-CsCommonAreaPhone -Target 'pool03.contoso.com' -Force -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-CsCommonAreaPhone -Filter 'RegistrarPool -eq ''pool01.contoso.com''' | Out-Host }
    Confirm-Check -Question 'Verify: does it show the number of objects is 0?'
}

# ---- Rehome everything of A on C
if (Test-Step -Id 'abc-09-users.3' -Title 'Analog devices' -RunOn 'fe11.contoso.com' -Account 'lync-admin' -Look 'on fe11.contoso.com run: Get-CsAnalogDevice -Filter ''RegistrarPool -eq ''''pool01.contoso.com'''''' | Out-Host; if it shows the number of objects is 0, the step has had its effect') {
    Confirm-Harm -Harm 'moves the analog devices of pool01.contoso.com' -Name 'pool01.contoso.com'
    Invoke-Shown -Command { Get-CsAnalogDevice -Filter 'RegistrarPool -eq ''pool01.contoso.com''' | Move-CsAnalogDevice -Target 'pool03.contoso.com' -Force -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-CsAnalogDevice -Filter 'RegistrarPool -eq ''pool01.contoso.com''' | Out-Host }
    Confirm-Check -Question 'Verify: does it show the number of objects is 0?'
}

# ---- Rehome everything of A on C
if (Test-Step -Id 'abc-09-users.4' -Title 'Meeting rooms' -RunOn 'fe11.contoso.com' -Account 'lync-admin' -Look 'on fe11.contoso.com run: Get-CsMeetingRoom -Filter ''RegistrarPool -eq ''''pool01.contoso.com'''''' | Out-Host; if it shows the number of objects is 0, the step has had its effect') {
    Confirm-Harm -Harm 'moves the meeting rooms of pool01.contoso.com' -Name 'pool01.contoso.com'
    Invoke-Shown -Command { Get-CsMeetingRoom -Filter 'RegistrarPool -eq ''pool01.contoso.com''' | Move-CsMeetingRoom -Target 'pool03.contoso.com' -Force -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-CsMeetingRoom -Filter 'RegistrarPool -eq ''pool01.contoso.com''' | Out-Host }
    Confirm-Check -Question 'Verify: does it show the number of objects is 0?'
}

# ---- Rehome everything of A on C
if (Test-Step -Id 'abc-09-users.5' -Title 'Exchange UM contacts' -RunOn 'fe11.contoso.com' -Account 'lync-admin' -Look 'on fe11.contoso.com run: Get-CsExUmContact -Filter ''RegistrarPool -eq ''''pool01.contoso.com'''''' | Out-Host; if it shows the number of objects is 0, the step has had its effect') {
    Confirm-Harm -Harm 'moves the Exchange UM contacts of pool01.contoso.com' -Name 'pool01.contoso.com'
    Invoke-Shown -Command { Get-CsExUmContact -Filter 'RegistrarPool -eq ''pool01.contoso.com''' | Move-CsExUmContact -Target 'pool03.contoso.com' -Force -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-CsExUmContact -Filter 'RegistrarPool -eq ''pool01.contoso.com''' | Out-Host }
    Confirm-Check -Question 'Verify: does it show the number of objects is 0?'
}

# ---- Move A's conference directories
if (Test-Step -Id 'abc-10-confdir.1' -Title 'Which directories belong to A' -RunOn 'fe11.contoso.com' -Account 'lync-admin') {
    # Note: Compare them with the worksheet; every one of them is moved.
    Invoke-Shown -Command { Get-CsConferenceDirectory | Where-Object -Property 'ServiceId' -Value '*:pool01.contoso.com' -Like | Out-Host }
}

# ---- Move A's conference directories
if (Test-Step -Id 'abc-10-confdir.2@1' -Title 'Move the directory: 1' -RunOn 'fe11.contoso.com' -Account 'lync-admin' -Look 'on fe11.contoso.com run: Get-CsConferenceDirectory | Where-Object -Property ''Identity'' -Value ''1'' -EQ | Format-List -Property ''*'' | Out-Host; if it shows every object: ServiceId names :pool03.contoso.com, the step has had its effect' -Undo 'none') {
    Confirm-Harm -Harm 'moves conference directory 1; dial-in codes of existing meetings may be lost' -Name 'pool01.contoso.com'
    Invoke-Shown -Command { Move-CsConferenceDirectory -Identity '1' -TargetPool 'pool03.contoso.com' -Force -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-CsConferenceDirectory | Where-Object -Property 'Identity' -Value '1' -EQ | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: ServiceId names :pool03.contoso.com?'
    # To undo: none
}

# ---- Move A's conference directories
if (Test-Step -Id 'abc-10-confdir.3' -Title 'Is none of A left?' -RunOn 'fe11.contoso.com' -Account 'lync-admin') {
    Invoke-Shown -Command { Get-CsConferenceDirectory | Where-Object -Property 'ServiceId' -Value '*:pool01.contoso.com' -Like | Out-Host }
    Confirm-Check -Question 'Does the answer show the number of objects is 0?'
}

# ---- Move the Conferencing Attendant contacts
if (Test-Step -Id 'abc-11-caa.1@sip:dialin-redmond@contoso.com' -Title 'Move the contact: sip:dialin-redmond on contoso.com' -RunOn 'fe11.contoso.com' -Account 'lync-admin' -Look 'on fe11.contoso.com run: Get-CsApplicationEndpoint -ApplicationId ''Caa'' -PoolFqdn ''pool03.contoso.com'' | Format-List -Property ''*'' | Out-Host; if it shows at least one object: SipAddress names sip:dialin-redmond@contoso.com, the step has had its effect' -Undo 'the same with the other pool') {
    Confirm-Harm -Harm 'moves the contact object sip:dialin-redmond@contoso.com in Active Directory' -Name 'pool01.contoso.com'
    Invoke-Shown -Command { Move-CsApplicationEndpoint -Identity 'sip:dialin-redmond@contoso.com' -TargetApplicationPool 'pool03.contoso.com' -Force -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-CsApplicationEndpoint -ApplicationId 'Caa' -PoolFqdn 'pool03.contoso.com' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show at least one object: SipAddress names sip:dialin-redmond@contoso.com?'
    # To undo: the same with the other pool
}

# ---- Move the Conferencing Attendant contacts
if (Test-Step -Id 'abc-11-caa.1@sip:dialin-seattle@contoso.com' -Title 'Move the contact: sip:dialin-seattle on contoso.com' -RunOn 'fe11.contoso.com' -Account 'lync-admin' -Look 'on fe11.contoso.com run: Get-CsApplicationEndpoint -ApplicationId ''Caa'' -PoolFqdn ''pool03.contoso.com'' | Format-List -Property ''*'' | Out-Host; if it shows at least one object: SipAddress names sip:dialin-seattle@contoso.com, the step has had its effect' -Undo 'the same with the other pool') {
    Confirm-Harm -Harm 'moves the contact object sip:dialin-seattle@contoso.com in Active Directory' -Name 'pool01.contoso.com'
    Invoke-Shown -Command { Move-CsApplicationEndpoint -Identity 'sip:dialin-seattle@contoso.com' -TargetApplicationPool 'pool03.contoso.com' -Force -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-CsApplicationEndpoint -ApplicationId 'Caa' -PoolFqdn 'pool03.contoso.com' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show at least one object: SipAddress names sip:dialin-seattle@contoso.com?'
    # To undo: the same with the other pool
}

# ---- Move the Conferencing Attendant contacts
if (Test-Step -Id 'abc-11-caa.2' -Title 'Is every access number of A moved?' -RunOn 'fe11.contoso.com' -Account 'lync-admin') {
    # Note: Every access number of A is one of these contacts, not one only.
    Invoke-Shown -Command { Get-CsDialInConferencingAccessNumber -Filter 'Pool -eq ''pool01.contoso.com''' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show the number of objects is 0?'
}

# ---- Copy conference content from B to C
if (Test-Step -Id 'abc-12-content' -Title 'Copy conference content from B to C' -RunOn 'fe11.contoso.com' -Account 'lync-admin') {
    # Note: The topic gives no command; try it in a test environment first.
    # Note: Both folders hold the same number of files; after step 15 open the content of an old meeting.
    Write-Host 'With an account that has rights on both file stores, copy the Web Services folder of B (X-WebServices-X below \\fs11.contoso.com\LyncShare, with CollabContent and CollabMetadata) into that of C below \\fs21.contoso.com\LyncShare, for example with robocopy, all subfolders, without files named Meeting.Active.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
}

# ---- Bring the user data from B to C
if (Test-Step -Id 'abc-13-userdata.1' -Title 'Export the user data of B' -RunOn 'fe11.contoso.com' -Account 'lync-admin' -Look 'on fe11.contoso.com run: Get-Item -LiteralPath ''C:\Rescue\2026-11-22T013000Z_contoso-rescue\PoolBUserData.zip'' | Format-List -Property ''*'' | Out-Host; if it shows every object: LastWriteTime is another than what it was just before this step and Length is not 0, the step has had its effect') {
    Invoke-Shown -Command { Test-Path -LiteralPath 'C:\Rescue\2026-11-22T013000Z_contoso-rescue\PoolBUserData.zip' | Out-Host }
    Confirm-Check -Question 'Before: there is no such file yet; rename what an earlier try left: does it show every object: the value is False?'
    Invoke-Shown -Command { Export-CsUserData -PoolFqdn 'pool02.contoso.com' -FileName 'C:\Rescue\2026-11-22T013000Z_contoso-rescue\PoolBUserData.zip' | Out-Host }
    Invoke-Shown -Command { Get-Item -LiteralPath 'C:\Rescue\2026-11-22T013000Z_contoso-rescue\PoolBUserData.zip' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: LastWriteTime is another than what it was just before this step and Length is not 0?'
}

# ---- Bring the user data from B to C
if (Test-Step -Id 'abc-13-userdata.2@fe21.contoso.com' -Title 'Does no service run on C?: fe21.contoso.com' -RunOn 'fe11.contoso.com' -Account 'lync-admin') {
    Invoke-Shown -Command { Get-CsWindowsService -ComputerName 'fe21.contoso.com' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Status is Stopped?'
}

# ---- Bring the user data from B to C
if (Test-Step -Id 'abc-13-userdata.2@fe22.contoso.com' -Title 'Does no service run on C?: fe22.contoso.com' -RunOn 'fe11.contoso.com' -Account 'lync-admin') {
    Invoke-Shown -Command { Get-CsWindowsService -ComputerName 'fe22.contoso.com' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Status is Stopped?'
}

# ---- Bring the user data from B to C
if (Test-Step -Id 'abc-13-userdata.2@fe23.contoso.com' -Title 'Does no service run on C?: fe23.contoso.com' -RunOn 'fe11.contoso.com' -Account 'lync-admin') {
    Invoke-Shown -Command { Get-CsWindowsService -ComputerName 'fe23.contoso.com' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Status is Stopped?'
}

# ---- Bring the user data from B to C
if (Test-Step -Id 'abc-13-userdata.3' -Title 'Import the user data into C' -RunOn 'fe11.contoso.com' -Account 'lync-admin' -Look 'on fe11.contoso.com run: Export-CsUserData -PoolFqdn ''pool03.contoso.com'' -FileName ''C:\Rescue\2026-11-22T013000Z_contoso-rescue\PoolBUserData-again.zip''; Get-Item -LiteralPath @(''C:\Rescue\2026-11-22T013000Z_contoso-rescue\PoolBUserData-again.zip'', ''C:\Rescue\2026-11-22T013000Z_contoso-rescue\PoolBUserData.zip'') | Out-Host; if it shows in the new export all that the imported one holds, the step has had its effect' -Undo 'none; import again') {
    Confirm-Harm -Harm 'writes contacts and conferences of A''s users into pool03.contoso.com' -Name 'pool03.contoso.com'
    Invoke-Shown -Command { Import-CsUserData -PoolFqdn 'pool03.contoso.com' -FileName 'C:\Rescue\2026-11-22T013000Z_contoso-rescue\PoolBUserData.zip' | Out-Host }
    Invoke-Shown -Command { Export-CsUserData -PoolFqdn 'pool03.contoso.com' -FileName 'C:\Rescue\2026-11-22T013000Z_contoso-rescue\PoolBUserData-again.zip'; Get-Item -LiteralPath @('C:\Rescue\2026-11-22T013000Z_contoso-rescue\PoolBUserData-again.zip', 'C:\Rescue\2026-11-22T013000Z_contoso-rescue\PoolBUserData.zip') | Out-Host }
    Confirm-Check -Question 'Verify: does it show in the new export all that the imported one holds?'
    # To undo: none; import again
}

# ---- Bring the user data from B to C
if (Test-Step -Id 'abc-13-userdata.4' -Title 'Copy the files into the set' -RunOn 'fe11.contoso.com' -Account 'lync-admin' -Look 'on fe11.contoso.com run: Get-ChildItem -LiteralPath ''\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso-rescue'' -Recurse -File | Measure-Object | Format-List -Property ''*'' | Out-Host; if it shows every object: Count is at least the Files that the step reads first, the step has had its effect') {
    Invoke-Shown -Command { Get-ChildItem -LiteralPath 'C:\Rescue\2026-11-22T013000Z_contoso-rescue' -Recurse -File | Measure-Object | Format-List -Property '*' | Out-Host }
    $Read_Files = Read-Value -Question 'Count (from fe11.contoso.com)'
    Invoke-Shown -Command { robocopy 'C:\Rescue\2026-11-22T013000Z_contoso-rescue' '\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso-rescue' '/E' '/COPY:DATSO' '/DCOPY:T' '/R:2' '/W:5' | Out-Host }
    Assert-ExitCode -Low 0 -High 7
    Invoke-Shown -Command { Get-ChildItem -LiteralPath '\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso-rescue' -Recurse -File | Measure-Object | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question ('Verify: does it show every object: Count is at least <Read:Files>?'.Replace('<Read:Files>', ($Read_Files -join ', ')))
}

# ---- Call Park orbits and pickup ranges from A to C
if (Test-Step -Id 'abc-14a-orbits.1@Redmond orbit' -Title 'Reassign the range to the new pool: Redmond orbit' -RunOn 'fe11.contoso.com' -Account 'lync-admin' -Look 'on fe11.contoso.com run: Get-CsCallParkOrbit -Identity ''Redmond orbit'' | Format-List -Property ''*'' | Out-Host; if it shows every object: CallParkService names pool03.contoso.com, the step has had its effect' -Undo 'the same with the pool that had it') {
    # Note: Call Park orbits and ranges of Group Call Pickup, both.
    Confirm-Harm -Harm 'calls parked in the range Redmond orbit go to pool03.contoso.com' -Name 'pool03.contoso.com'
    Invoke-Shown -Command { Set-CsCallParkOrbit -Identity 'Redmond orbit' -CallParkService 'service:ApplicationServer:pool03.contoso.com' -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-CsCallParkOrbit -Identity 'Redmond orbit' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: CallParkService names pool03.contoso.com?'
    # To undo: the same with the pool that had it
}

# ---- Call Park orbits and pickup ranges from A to C
if (Test-Step -Id 'abc-14a-orbits.1@Redmond pickup' -Title 'Reassign the range to the new pool: Redmond pickup' -RunOn 'fe11.contoso.com' -Account 'lync-admin' -Look 'on fe11.contoso.com run: Get-CsCallParkOrbit -Identity ''Redmond pickup'' | Format-List -Property ''*'' | Out-Host; if it shows every object: CallParkService names pool03.contoso.com, the step has had its effect' -Undo 'the same with the pool that had it') {
    # Note: Call Park orbits and ranges of Group Call Pickup, both.
    Confirm-Harm -Harm 'calls parked in the range Redmond pickup go to pool03.contoso.com' -Name 'pool03.contoso.com'
    Invoke-Shown -Command { Set-CsCallParkOrbit -Identity 'Redmond pickup' -CallParkService 'service:ApplicationServer:pool03.contoso.com' -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-CsCallParkOrbit -Identity 'Redmond pickup' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: CallParkService names pool03.contoso.com?'
    # To undo: the same with the pool that had it
}

# ---- Call Park music and settings
if (Test-Step -Id 'abc-14b-park.1' -Title 'Bring custom music to the new pool' -RunOn 'fe11.contoso.com' -Account 'lync-admin') {
    # Note: The file lies there; a parked call plays it.
    Write-Host 'Where A had custom music on hold, copy it from the audio of the backup set (Audio\CPS) into AppServerFiles\CPS of the new pool''s Application Server folder on \\fs21.contoso.com\LyncShare, or set it with Set-CsCallParkServiceMusicOnHoldFile.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
}

# ---- Call Park music and settings
if (Test-Step -Id 'abc-14b-park.2' -Title 'Set the Call Park settings' -RunOn 'fe11.contoso.com' -Account 'lync-admin') {
    # Note: Get-CsCpsConfiguration shows the four values for the new pool.
    Write-Host 'Take timeout, music on hold, attempts and timeout URI from the worksheet of pool01.contoso.com (Call Park settings) or from Settings\call-park_pool01.contoso.com.txt of the backup set, and set them for service:ApplicationServer:pool03.contoso.com with Set-CsCpsConfiguration.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
}

# ---- Persistent Chat next hop
if (Test-Step -Id 'abc-15a-pchat' -Title 'Persistent Chat next hop' -RunOn 'fe11.contoso.com' -Account 'lync-admin' -Undo 'set it back and publish') {
    # Note: Topology Builder shows the new next hop; Test-CsPersistentChatMessage sends a message after the services run.
    Confirm-Harm -Harm 'changes the published topology; Persistent Chat goes through pool03.contoso.com' -Name 'pool03.contoso.com'
    Write-Host 'In Topology Builder choose Download Topology from existing deployment. Right-click each Persistent Chat pool whose next hop is pool01.contoso.com, General, Next Hop Pool pool03.contoso.com, OK. Action, Topology, Publish.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    # To undo: set it back and publish
}

# ---- Start the services of C
if (Test-Step -Id 'abc-15b-start.1@fe21.contoso.com' -Title 'Start the services at the same time (-NoWait): fe21.contoso.com' -RunOn 'fe11.contoso.com' -Account 'lync-admin') {
    Invoke-Shown -Command { Start-CsWindowsService -ComputerName 'fe21.contoso.com' -NoWait -Confirm:$false | Out-Host }
}

# ---- Start the services of C
if (Test-Step -Id 'abc-15b-start.1@fe22.contoso.com' -Title 'Start the services at the same time (-NoWait): fe22.contoso.com' -RunOn 'fe11.contoso.com' -Account 'lync-admin') {
    Invoke-Shown -Command { Start-CsWindowsService -ComputerName 'fe22.contoso.com' -NoWait -Confirm:$false | Out-Host }
}

# ---- Start the services of C
if (Test-Step -Id 'abc-15b-start.1@fe23.contoso.com' -Title 'Start the services at the same time (-NoWait): fe23.contoso.com' -RunOn 'fe11.contoso.com' -Account 'lync-admin') {
    Invoke-Shown -Command { Start-CsWindowsService -ComputerName 'fe23.contoso.com' -NoWait -Confirm:$false | Out-Host }
}

# ---- Start the services of C
if (Test-Step -Id 'abc-15b-start.2@fe21.contoso.com' -Title 'Check that every service runs: fe21.contoso.com' -RunOn 'fe11.contoso.com' -Account 'lync-admin' -Look 'on fe11.contoso.com run: Get-CsWindowsService -ComputerName ''fe21.contoso.com'' | Format-List -Property ''*'' | Out-Host; if it shows every object: Status is Running (within 60 min), the step has had its effect') {
    # Note: The outage of A's users ends here.
    Invoke-Shown -Command { Get-CsWindowsService -ComputerName 'fe21.contoso.com' | Format-List -Property '*' | Out-Host }
    Invoke-Shown -Command { Get-CsWindowsService -ComputerName 'fe21.contoso.com' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Status is Running (within 60 min)?'
}

# ---- Start the services of C
if (Test-Step -Id 'abc-15b-start.2@fe22.contoso.com' -Title 'Check that every service runs: fe22.contoso.com' -RunOn 'fe11.contoso.com' -Account 'lync-admin' -Look 'on fe11.contoso.com run: Get-CsWindowsService -ComputerName ''fe22.contoso.com'' | Format-List -Property ''*'' | Out-Host; if it shows every object: Status is Running (within 60 min), the step has had its effect') {
    # Note: The outage of A's users ends here.
    Invoke-Shown -Command { Get-CsWindowsService -ComputerName 'fe22.contoso.com' | Format-List -Property '*' | Out-Host }
    Invoke-Shown -Command { Get-CsWindowsService -ComputerName 'fe22.contoso.com' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Status is Running (within 60 min)?'
}

# ---- Start the services of C
if (Test-Step -Id 'abc-15b-start.2@fe23.contoso.com' -Title 'Check that every service runs: fe23.contoso.com' -RunOn 'fe11.contoso.com' -Account 'lync-admin' -Look 'on fe11.contoso.com run: Get-CsWindowsService -ComputerName ''fe23.contoso.com'' | Format-List -Property ''*'' | Out-Host; if it shows every object: Status is Running (within 60 min), the step has had its effect') {
    # Note: The outage of A's users ends here.
    Invoke-Shown -Command { Get-CsWindowsService -ComputerName 'fe23.contoso.com' | Format-List -Property '*' | Out-Host }
    Invoke-Shown -Command { Get-CsWindowsService -ComputerName 'fe23.contoso.com' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Status is Running (within 60 min)?'
}

# ---- Start the services of C
if (Test-Step -Id 'abc-15b-start.3' -Title 'Does every routing group have its replicas?' -RunOn 'fe11.contoso.com' -Account 'lync-admin') {
    # Note: The answer is text; look for the word missing.
    Invoke-Shown -Command { Get-CsPoolFabricState -PoolFqdn 'pool03.contoso.com' | Format-List -Property '*' | Out-Host }
}

# ---- Response Groups from B to C
if (Test-Step -Id 'abc-16-rgs.1' -Title 'Export A''s groups from B' -RunOn 'fe11.contoso.com' -Account 'lync-admin' -Look 'on fe11.contoso.com run: Get-Item -LiteralPath ''C:\Rescue\2026-11-22T013000Z_contoso-rescue\RgsExportPrimaryUpdated.zip'' | Format-List -Property ''*'' | Out-Host; if it shows every object: LastWriteTime is another than what it was just before this step and Length is not 0, the step has had its effect') {
    Invoke-Shown -Command { Export-CsRgsConfiguration -Source 'service:ApplicationServer:pool02.contoso.com' -Owner 'service:ApplicationServer:pool01.contoso.com' -FileName 'C:\Rescue\2026-11-22T013000Z_contoso-rescue\RgsExportPrimaryUpdated.zip' | Out-Host }
    Invoke-Shown -Command { Get-Item -LiteralPath 'C:\Rescue\2026-11-22T013000Z_contoso-rescue\RgsExportPrimaryUpdated.zip' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: LastWriteTime is another than what it was just before this step and Length is not 0?'
}

# ---- Response Groups from B to C
if (Test-Step -Id 'abc-16-rgs.2' -Title 'Import them into C' -RunOn 'fe11.contoso.com' -Account 'lync-admin' -Look 'on fe11.contoso.com run: Get-CsRgsWorkflow -Identity ''service:ApplicationServer:pool03.contoso.com'' -ShowAll | Measure-Object | Format-List -Property ''*'' | Out-Host; if it shows every object: Count is at least the Workflows that the step reads first, the step has had its effect' -Undo 'import the backup set''s export') {
    Confirm-Harm -Harm 'takes ownership of A''s Response Groups for pool03.contoso.com' -Name 'pool03.contoso.com'
    Invoke-Shown -Command { Get-CsRgsWorkflow -Identity 'service:ApplicationServer:pool02.contoso.com' -Owner 'service:ApplicationServer:pool01.contoso.com' | Measure-Object | Format-List -Property '*' | Out-Host }
    $Read_Workflows = Read-Value -Question 'Count (from fe11.contoso.com)'
    Invoke-Shown -Command { Import-CsRgsConfiguration -Destination 'service:ApplicationServer:pool03.contoso.com' -FileName 'C:\Rescue\2026-11-22T013000Z_contoso-rescue\RgsExportPrimaryUpdated.zip' -OverwriteOwner -ReplaceExistingRgsSettings | Out-Host }
    Invoke-Shown -Command { Get-CsRgsWorkflow -Identity 'service:ApplicationServer:pool03.contoso.com' -ShowAll | Measure-Object | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question ('Verify: does it show every object: Count is at least <Read:Workflows>?'.Replace('<Read:Workflows>', ($Read_Workflows -join ', ')))
    # To undo: import the backup set's export
}

# ---- Response Groups from B to C
if (Test-Step -Id 'abc-16-rgs.3' -Title 'Queues in C' -RunOn 'fe11.contoso.com' -Account 'lync-admin') {
    Invoke-Shown -Command { Get-CsRgsQueue -Identity 'service:ApplicationServer:pool03.contoso.com' -ShowAll | Format-List -Property '*' | Out-Host }
}

# ---- Response Groups from B to C
if (Test-Step -Id 'abc-16-rgs.4' -Title 'Agent groups in C' -RunOn 'fe11.contoso.com' -Account 'lync-admin') {
    Invoke-Shown -Command { Get-CsRgsAgentGroup -Identity 'service:ApplicationServer:pool03.contoso.com' -ShowAll | Format-List -Property '*' | Out-Host }
}

# ---- Response Groups from B to C
if (Test-Step -Id 'abc-16-rgs.5' -Title 'Business hours in C' -RunOn 'fe11.contoso.com' -Account 'lync-admin') {
    Invoke-Shown -Command { Get-CsRgsHoursOfBusiness -Identity 'service:ApplicationServer:pool03.contoso.com' -ShowAll | Format-List -Property '*' | Out-Host }
}

# ---- Response Groups from B to C
if (Test-Step -Id 'abc-16-rgs.6' -Title 'Holiday sets in C' -RunOn 'fe11.contoso.com' -Account 'lync-admin') {
    Invoke-Shown -Command { Get-CsRgsHolidaySet -Identity 'service:ApplicationServer:pool03.contoso.com' -ShowAll | Format-List -Property '*' | Out-Host }
}

# ---- Remove A's groups from B
if (Test-Step -Id 'abc-19-rgs-remove.1' -Title 'Export and remove' -RunOn 'fe11.contoso.com' -Account 'lync-admin' -Look 'on fe11.contoso.com run: Get-CsRgsWorkflow -Identity ''service:ApplicationServer:pool02.contoso.com'' -Owner ''service:ApplicationServer:pool01.contoso.com'' | Out-Host; if it shows the number of objects is 0, the step has had its effect' -Undo 'import RgsExportPrimaryRemoved.zip into B again') {
    # Note: Soon after the check, so that the groups are out of service for a short time only.
    Confirm-Harm -Harm 'deletes A''s Response Groups in pool02.contoso.com' -Name 'pool02.contoso.com'
    Invoke-Shown -Command { Export-CsRgsConfiguration -Source 'service:ApplicationServer:pool02.contoso.com' -Owner 'service:ApplicationServer:pool01.contoso.com' -FileName 'C:\Rescue\2026-11-22T013000Z_contoso-rescue\RgsExportPrimaryRemoved.zip' -RemoveExportedConfiguration | Out-Host }
    Invoke-Shown -Command { Get-CsRgsWorkflow -Identity 'service:ApplicationServer:pool02.contoso.com' -Owner 'service:ApplicationServer:pool01.contoso.com' | Out-Host }
    Confirm-Check -Question 'Verify: does it show the number of objects is 0?'
    # To undo: import RgsExportPrimaryRemoved.zip into B again
}

# ---- Remove A's groups from B
if (Test-Step -Id 'abc-19-rgs-remove.2' -Title 'Copy the files into the set' -RunOn 'fe11.contoso.com' -Account 'lync-admin' -Look 'on fe11.contoso.com run: Get-ChildItem -LiteralPath ''\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso-rescue'' -Recurse -File | Measure-Object | Format-List -Property ''*'' | Out-Host; if it shows every object: Count is at least the Files that the step reads first, the step has had its effect') {
    Invoke-Shown -Command { Get-ChildItem -LiteralPath 'C:\Rescue\2026-11-22T013000Z_contoso-rescue' -Recurse -File | Measure-Object | Format-List -Property '*' | Out-Host }
    $Read_Files = Read-Value -Question 'Count (from fe11.contoso.com)'
    Invoke-Shown -Command { robocopy 'C:\Rescue\2026-11-22T013000Z_contoso-rescue' '\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso-rescue' '/E' '/COPY:DATSO' '/DCOPY:T' '/R:2' '/W:5' | Out-Host }
    Assert-ExitCode -Low 0 -High 7
    Invoke-Shown -Command { Get-ChildItem -LiteralPath '\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso-rescue' -Recurse -File | Measure-Object | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question ('Verify: does it show every object: Count is at least <Read:Files>?'.Replace('<Read:Files>', ($Read_Files -join ', ')))
}

# ---- Re-create the announcements in C
if (Test-Step -Id 'abc-20-announce.1@pool03.contoso.com@greeting.wav' -Title 'Import the audio file: pool03.contoso.com, greeting.wav' -RunOn 'fe11.contoso.com' -Account 'lync-admin') {
    # Note: No export holds it. WAV or WMA.
    # Note: The file lies below AppServerFiles\RGS\AS of the file store of that pool.
    Write-Host 'On fe11.contoso.com, in the management shell, read greeting.wav from the recordings that were kept, with [System.IO.File]::ReadAllBytes, and pass the bytes to Import-CsAnnouncementFile with Parent service:ApplicationServer:pool03.contoso.com and FileName greeting.wav.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
}

# ---- Re-create the announcements in C
if (Test-Step -Id 'abc-20-announce.2@pool03.contoso.com@Number not in use' -Title 'Create the announcement: pool03.contoso.com, Number not in use' -RunOn 'fe11.contoso.com' -Account 'lync-admin' -Look 'on fe11.contoso.com run: Get-CsAnnouncement -Identity ''ApplicationServer:pool03.contoso.com'' | Format-List -Property ''*'' | Out-Host; if it shows at least one object: Name is Number not in use, the step has had its effect' -Undo 'Remove-CsAnnouncement with its complete identity') {
    # Note: An announcement without prompt is allowed; it only transfers.
    Invoke-Shown -Command { New-CsAnnouncement -Parent 'service:ApplicationServer:pool03.contoso.com' -Name 'Number not in use' -AudioFilePrompt 'greeting.wav' -Language 'en-US' -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-CsAnnouncement -Identity 'ApplicationServer:pool03.contoso.com' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show at least one object: Name is Number not in use?'
    # To undo: Remove-CsAnnouncement with its complete identity
}

# ---- Re-create the announcements in C
if (Test-Step -Id 'abc-20-announce.2@pool03.contoso.com@Former employee' -Title 'Create the announcement: pool03.contoso.com, Former employee' -RunOn 'fe11.contoso.com' -Account 'lync-admin' -Look 'on fe11.contoso.com run: Get-CsAnnouncement -Identity ''ApplicationServer:pool03.contoso.com'' | Format-List -Property ''*'' | Out-Host; if it shows at least one object: Name is Former employee, the step has had its effect' -Undo 'Remove-CsAnnouncement with its complete identity') {
    # Note: An announcement without prompt is allowed; it only transfers.
    Invoke-Shown -Command { New-CsAnnouncement -Parent 'service:ApplicationServer:pool03.contoso.com' -Name 'Former employee' -TextToSpeechPrompt 'This person has left the company.' -Language 'en-US' -TargetUri 'sip:support01@contoso.com' -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-CsAnnouncement -Identity 'ApplicationServer:pool03.contoso.com' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show at least one object: Name is Former employee?'
    # To undo: Remove-CsAnnouncement with its complete identity
}

# ---- Re-create the announcements in C
if (Test-Step -Id 'abc-20-announce.4@pool03.contoso.com@Redmond main' -Title 'Redirect the range: pool03.contoso.com, Redmond main' -RunOn 'fe11.contoso.com' -Account 'lync-admin' -Look 'on fe11.contoso.com run: Get-CsUnassignedNumber -Identity ''Redmond main'' | Format-List -Property ''*'' | Out-Host; if it shows every object: AnnouncementService names pool03.contoso.com and AnnouncementName is Number not in use, the step has had its effect' -Undo 'the same with the other pool') {
    Confirm-Harm -Harm 'calls to unassigned numbers of Redmond main go to an announcement of pool03.contoso.com' -Name 'pool03.contoso.com'
    Invoke-Shown -Command { Set-CsUnassignedNumber -Identity 'Redmond main' -AnnouncementService 'pool03.contoso.com' -AnnouncementName 'Number not in use' -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-CsUnassignedNumber -Identity 'Redmond main' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: AnnouncementService names pool03.contoso.com and AnnouncementName is Number not in use?'
    # To undo: the same with the other pool
}

# ---- Re-create the announcements in C
if (Test-Step -Id 'abc-20-announce.4@pool03.contoso.com@Redmond former' -Title 'Redirect the range: pool03.contoso.com, Redmond former' -RunOn 'fe11.contoso.com' -Account 'lync-admin' -Look 'on fe11.contoso.com run: Get-CsUnassignedNumber -Identity ''Redmond former'' | Format-List -Property ''*'' | Out-Host; if it shows every object: AnnouncementService names pool03.contoso.com and AnnouncementName is Former employee, the step has had its effect' -Undo 'the same with the other pool') {
    Confirm-Harm -Harm 'calls to unassigned numbers of Redmond former go to an announcement of pool03.contoso.com' -Name 'pool03.contoso.com'
    Invoke-Shown -Command { Set-CsUnassignedNumber -Identity 'Redmond former' -AnnouncementService 'pool03.contoso.com' -AnnouncementName 'Former employee' -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-CsUnassignedNumber -Identity 'Redmond former' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: AnnouncementService names pool03.contoso.com and AnnouncementName is Former employee?'
    # To undo: the same with the other pool
}

# ---- Remove the announcements that B does not need
if (Test-Step -Id 'abc-20c-clean' -Title 'Remove the announcements that B does not need' -RunOn 'fe11.contoso.com' -Account 'lync-admin') {
    # Note: With the service identity alone, without the GUID, the cmdlet deletes all announcements of that pool.
    # Note: Get-CsAnnouncement lists only B's own.
    Write-Host 'Optional. List Get-CsAnnouncement for ApplicationServer:pool02.contoso.com; remove those of A with Remove-CsAnnouncement, each with its complete identity, service, slash and GUID.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
}

# ---- Clean A's user data out of B
if (Test-Step -Id 'abc-21-cleanup' -Title 'Clean A''s user data out of B' -RunOn 'fe11.contoso.com' -Account 'lync-admin' -Undo 'none') {
    # Note: Only after users of A have been seen on C with their contacts and meetings.
    # Note: The reference defines it for pools that are no longer paired. Where it does nothing here, send it again after step 22.
    # Note: Nothing tells how many users' data is left; read the verbose output.
    Confirm-Harm -Harm 'deletes what pool02.contoso.com keeps of the users of A' -Name 'pool02.contoso.com'
    Invoke-Shown -Command { Remove-CsUserStoreBackupData -PoolFqdn 'pool02.contoso.com' -Confirm:$false -Verbose | Out-Host }
    # To undo: none
}

# ---- Unpair A and B, pair B and C, delete A
if (Test-Step -Id 'abc-22-topology.1' -Title 'Does anything still refer to A?' -RunOn 'fe11.contoso.com' -Account 'lync-admin') {
    # Note: Users, phones, devices, rooms and contacts; conference directories; orbits and unassigned ranges; next hops of Persistent Chat, Edge and trusted application pools (Get-CsTrustedApplicationPool).
    # Note: A's collocated Mediation Server, with its trunks, routes and gateways; archiving and monitoring stores that others use; the federation and XMPP routes.
    # Note: Survivable Branch Appliances come in steps 27 and 28; look whether Topology Builder lets A go before.
    Write-Host 'Decide: Does anything still refer to A? (nothing does)'
    [void] (Read-Answer -Question 'Press Enter when it is done')
}

# ---- Unpair A and B, pair B and C, delete A
if (Test-Step -Id 'abc-22-topology.2' -Title 'Change the pairing, delete A and publish' -RunOn 'fe11.contoso.com' -Account 'lync-admin' -Look 'on fe11.contoso.com run: Get-CsPool | Format-List -Property ''*'' | Out-Host; if it shows no object: Fqdn is the host pool01.contoso.com, the step has had its effect' -Undo 'none') {
    # Note: Afterwards look at the replication, and run the Deployment Wizard where the to-do list asks for it.
    Confirm-Harm -Harm 'removes pool01.contoso.com from the topology' -Name 'pool01.contoso.com'
    Write-Host 'In Topology Builder choose Download Topology from existing deployment. Right-click pool02.contoso.com, Edit Properties, Resiliency, box below Associated Backup Pool: pool03.contoso.com; tick Automatic failover and failback for Voice; OK. Right-click pool01.contoso.com, Delete; of a Standard Edition server also its store under SQL stores. Action, Topology, Publish.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    Invoke-Shown -Command { Get-CsPool | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show no object: Fqdn is the host pool01.contoso.com?'
    # To undo: none
}

# ---- Install and start the Backup Service on C
if (Test-Step -Id 'abc-23-bootstrap.1@fe21.contoso.com' -Title 'Has the server the new topology?: fe21.contoso.com' -RunOn 'fe11.contoso.com' -Account 'lync-admin' -Look 'on fe11.contoso.com run: Get-CsManagementStoreReplicationStatus -ReplicaFqdn ''fe21.contoso.com'' | Format-List -Property ''*'' | Out-Host; if it shows every object: UpToDate is True (within 30 min), the step has had its effect') {
    Invoke-Shown -Command { Get-CsManagementStoreReplicationStatus -ReplicaFqdn 'fe21.contoso.com' | Format-List -Property '*' | Out-Host }
    Invoke-Shown -Command { Get-CsManagementStoreReplicationStatus -ReplicaFqdn 'fe21.contoso.com' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: UpToDate is True (within 30 min)?'
}

# ---- Install and start the Backup Service on C
if (Test-Step -Id 'abc-23-bootstrap.1@fe22.contoso.com' -Title 'Has the server the new topology?: fe22.contoso.com' -RunOn 'fe11.contoso.com' -Account 'lync-admin' -Look 'on fe11.contoso.com run: Get-CsManagementStoreReplicationStatus -ReplicaFqdn ''fe22.contoso.com'' | Format-List -Property ''*'' | Out-Host; if it shows every object: UpToDate is True (within 30 min), the step has had its effect') {
    Invoke-Shown -Command { Get-CsManagementStoreReplicationStatus -ReplicaFqdn 'fe22.contoso.com' | Format-List -Property '*' | Out-Host }
    Invoke-Shown -Command { Get-CsManagementStoreReplicationStatus -ReplicaFqdn 'fe22.contoso.com' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: UpToDate is True (within 30 min)?'
}

# ---- Install and start the Backup Service on C
if (Test-Step -Id 'abc-23-bootstrap.1@fe23.contoso.com' -Title 'Has the server the new topology?: fe23.contoso.com' -RunOn 'fe11.contoso.com' -Account 'lync-admin' -Look 'on fe11.contoso.com run: Get-CsManagementStoreReplicationStatus -ReplicaFqdn ''fe23.contoso.com'' | Format-List -Property ''*'' | Out-Host; if it shows every object: UpToDate is True (within 30 min), the step has had its effect') {
    Invoke-Shown -Command { Get-CsManagementStoreReplicationStatus -ReplicaFqdn 'fe23.contoso.com' | Format-List -Property '*' | Out-Host }
    Invoke-Shown -Command { Get-CsManagementStoreReplicationStatus -ReplicaFqdn 'fe23.contoso.com' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: UpToDate is True (within 30 min)?'
}

# ---- Install and start the Backup Service on C
if (Test-Step -Id 'abc-23-bootstrap.2@fe21.contoso.com' -Title 'Install the Backup Service and bring it to the cumulative update (CU) version: fe21.contoso.com' -RunOn 'fe21.contoso.com' -Account 'lync-admin' -Look 'on fe11.contoso.com run: Get-Service -Name @(''LYNCBACKUP'') -ComputerName ''fe21.contoso.com'' | Format-List -Property ''*'' | Out-Host; if it shows every object: Name is LYNCBACKUP, the step has had its effect') {
    Write-Host 'On fe21.contoso.com, as local administrator, run Bootstrapper.exe from the folder Deployment of the product, then the installer of the cumulative update (CU) that the other components have; also on B''s servers if B was never paired from this build.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    Write-Host 'On fe11.contoso.com as lync-admin run: Get-Service -Name @(''LYNCBACKUP'') -ComputerName ''fe21.contoso.com'' | Format-List -Property ''*'' | Out-Host'
    Confirm-Check -Question 'Verify: does it show every object: Name is LYNCBACKUP?'
}

# ---- Install and start the Backup Service on C
if (Test-Step -Id 'abc-23-bootstrap.2@fe22.contoso.com' -Title 'Install the Backup Service and bring it to the cumulative update (CU) version: fe22.contoso.com' -RunOn 'fe22.contoso.com' -Account 'lync-admin' -Look 'on fe11.contoso.com run: Get-Service -Name @(''LYNCBACKUP'') -ComputerName ''fe22.contoso.com'' | Format-List -Property ''*'' | Out-Host; if it shows every object: Name is LYNCBACKUP, the step has had its effect') {
    Write-Host 'On fe22.contoso.com, as local administrator, run Bootstrapper.exe from the folder Deployment of the product, then the installer of the cumulative update (CU) that the other components have; also on B''s servers if B was never paired from this build.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    Write-Host 'On fe11.contoso.com as lync-admin run: Get-Service -Name @(''LYNCBACKUP'') -ComputerName ''fe22.contoso.com'' | Format-List -Property ''*'' | Out-Host'
    Confirm-Check -Question 'Verify: does it show every object: Name is LYNCBACKUP?'
}

# ---- Install and start the Backup Service on C
if (Test-Step -Id 'abc-23-bootstrap.2@fe23.contoso.com' -Title 'Install the Backup Service and bring it to the cumulative update (CU) version: fe23.contoso.com' -RunOn 'fe23.contoso.com' -Account 'lync-admin' -Look 'on fe11.contoso.com run: Get-Service -Name @(''LYNCBACKUP'') -ComputerName ''fe23.contoso.com'' | Format-List -Property ''*'' | Out-Host; if it shows every object: Name is LYNCBACKUP, the step has had its effect') {
    Write-Host 'On fe23.contoso.com, as local administrator, run Bootstrapper.exe from the folder Deployment of the product, then the installer of the cumulative update (CU) that the other components have; also on B''s servers if B was never paired from this build.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    Write-Host 'On fe11.contoso.com as lync-admin run: Get-Service -Name @(''LYNCBACKUP'') -ComputerName ''fe23.contoso.com'' | Format-List -Property ''*'' | Out-Host'
    Confirm-Check -Question 'Verify: does it show every object: Name is LYNCBACKUP?'
}

# ---- Install and start the Backup Service on C
if (Test-Step -Id 'abc-23-bootstrap.3@fe21.contoso.com' -Title 'Start LYNCBACKUP: fe21.contoso.com' -RunOn 'fe11.contoso.com' -Account 'lync-admin' -Look 'on fe11.contoso.com run: Get-Service -Name @(''LYNCBACKUP'') -ComputerName ''fe21.contoso.com'' | Format-List -Property ''*'' | Out-Host; if it shows every object: Status is Running (within 5 min), the step has had its effect') {
    Invoke-Shown -Command { Start-CsWindowsService -Name 'LYNCBACKUP' -ComputerName 'fe21.contoso.com' -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-Service -Name @('LYNCBACKUP') -ComputerName 'fe21.contoso.com' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Status is Running (within 5 min)?'
}

# ---- Install and start the Backup Service on C
if (Test-Step -Id 'abc-23-bootstrap.3@fe22.contoso.com' -Title 'Start LYNCBACKUP: fe22.contoso.com' -RunOn 'fe11.contoso.com' -Account 'lync-admin' -Look 'on fe11.contoso.com run: Get-Service -Name @(''LYNCBACKUP'') -ComputerName ''fe22.contoso.com'' | Format-List -Property ''*'' | Out-Host; if it shows every object: Status is Running (within 5 min), the step has had its effect') {
    Invoke-Shown -Command { Start-CsWindowsService -Name 'LYNCBACKUP' -ComputerName 'fe22.contoso.com' -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-Service -Name @('LYNCBACKUP') -ComputerName 'fe22.contoso.com' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Status is Running (within 5 min)?'
}

# ---- Install and start the Backup Service on C
if (Test-Step -Id 'abc-23-bootstrap.3@fe23.contoso.com' -Title 'Start LYNCBACKUP: fe23.contoso.com' -RunOn 'fe11.contoso.com' -Account 'lync-admin' -Look 'on fe11.contoso.com run: Get-Service -Name @(''LYNCBACKUP'') -ComputerName ''fe23.contoso.com'' | Format-List -Property ''*'' | Out-Host; if it shows every object: Status is Running (within 5 min), the step has had its effect') {
    Invoke-Shown -Command { Start-CsWindowsService -Name 'LYNCBACKUP' -ComputerName 'fe23.contoso.com' -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-Service -Name @('LYNCBACKUP') -ComputerName 'fe23.contoso.com' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Status is Running (within 5 min)?'
}

# ---- Restart the Backup Service on B
if (Test-Step -Id 'abc-24-restart.1@fe11.contoso.com' -Title 'Stop LYNCBACKUP: fe11.contoso.com' -RunOn 'fe11.contoso.com' -Account 'lync-admin' -Look 'on fe11.contoso.com run: Get-Service -Name @(''LYNCBACKUP'') -ComputerName ''fe11.contoso.com'' | Format-List -Property ''*'' | Out-Host; if it shows every object: Status is Stopped (within 5 min), the step has had its effect') {
    Invoke-Shown -Command { Stop-CsWindowsService -Name 'LYNCBACKUP' -ComputerName 'fe11.contoso.com' -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-Service -Name @('LYNCBACKUP') -ComputerName 'fe11.contoso.com' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Status is Stopped (within 5 min)?'
}

# ---- Restart the Backup Service on B
if (Test-Step -Id 'abc-24-restart.1@fe12.contoso.com' -Title 'Stop LYNCBACKUP: fe12.contoso.com' -RunOn 'fe11.contoso.com' -Account 'lync-admin' -Look 'on fe11.contoso.com run: Get-Service -Name @(''LYNCBACKUP'') -ComputerName ''fe12.contoso.com'' | Format-List -Property ''*'' | Out-Host; if it shows every object: Status is Stopped (within 5 min), the step has had its effect') {
    Invoke-Shown -Command { Stop-CsWindowsService -Name 'LYNCBACKUP' -ComputerName 'fe12.contoso.com' -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-Service -Name @('LYNCBACKUP') -ComputerName 'fe12.contoso.com' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Status is Stopped (within 5 min)?'
}

# ---- Restart the Backup Service on B
if (Test-Step -Id 'abc-24-restart.1@fe13.contoso.com' -Title 'Stop LYNCBACKUP: fe13.contoso.com' -RunOn 'fe11.contoso.com' -Account 'lync-admin' -Look 'on fe11.contoso.com run: Get-Service -Name @(''LYNCBACKUP'') -ComputerName ''fe13.contoso.com'' | Format-List -Property ''*'' | Out-Host; if it shows every object: Status is Stopped (within 5 min), the step has had its effect') {
    Invoke-Shown -Command { Stop-CsWindowsService -Name 'LYNCBACKUP' -ComputerName 'fe13.contoso.com' -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-Service -Name @('LYNCBACKUP') -ComputerName 'fe13.contoso.com' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Status is Stopped (within 5 min)?'
}

# ---- Restart the Backup Service on B
if (Test-Step -Id 'abc-24-restart.2@fe11.contoso.com' -Title 'Start LYNCBACKUP: fe11.contoso.com' -RunOn 'fe11.contoso.com' -Account 'lync-admin' -Look 'on fe11.contoso.com run: Get-Service -Name @(''LYNCBACKUP'') -ComputerName ''fe11.contoso.com'' | Format-List -Property ''*'' | Out-Host; if it shows every object: Status is Running (within 5 min), the step has had its effect') {
    Invoke-Shown -Command { Start-CsWindowsService -Name 'LYNCBACKUP' -ComputerName 'fe11.contoso.com' -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-Service -Name @('LYNCBACKUP') -ComputerName 'fe11.contoso.com' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Status is Running (within 5 min)?'
}

# ---- Restart the Backup Service on B
if (Test-Step -Id 'abc-24-restart.2@fe12.contoso.com' -Title 'Start LYNCBACKUP: fe12.contoso.com' -RunOn 'fe11.contoso.com' -Account 'lync-admin' -Look 'on fe11.contoso.com run: Get-Service -Name @(''LYNCBACKUP'') -ComputerName ''fe12.contoso.com'' | Format-List -Property ''*'' | Out-Host; if it shows every object: Status is Running (within 5 min), the step has had its effect') {
    Invoke-Shown -Command { Start-CsWindowsService -Name 'LYNCBACKUP' -ComputerName 'fe12.contoso.com' -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-Service -Name @('LYNCBACKUP') -ComputerName 'fe12.contoso.com' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Status is Running (within 5 min)?'
}

# ---- Restart the Backup Service on B
if (Test-Step -Id 'abc-24-restart.2@fe13.contoso.com' -Title 'Start LYNCBACKUP: fe13.contoso.com' -RunOn 'fe11.contoso.com' -Account 'lync-admin' -Look 'on fe11.contoso.com run: Get-Service -Name @(''LYNCBACKUP'') -ComputerName ''fe13.contoso.com'' | Format-List -Property ''*'' | Out-Host; if it shows every object: Status is Running (within 5 min), the step has had its effect') {
    Invoke-Shown -Command { Start-CsWindowsService -Name 'LYNCBACKUP' -ComputerName 'fe13.contoso.com' -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-Service -Name @('LYNCBACKUP') -ComputerName 'fe13.contoso.com' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Status is Running (within 5 min)?'
}

# ---- Synchronise both ways
if (Test-Step -Id 'abc-26-sync.1' -Title 'From C' -RunOn 'fe11.contoso.com' -Account 'lync-admin' -Look 'on fe11.contoso.com run: Get-CsBackupServiceStatus -PoolFqdn ''pool03.contoso.com'' | Select-Object -ExpandProperty ''BackupModules'' | Where-Object -Property ''Identity'' -Value ''CentralMgmt*'' -NotLike | Format-List -Property ''*'' | Out-Host; if it shows every object: ExportStatus is one of SteadyState, FinalState and ImportStatus is NormalState (within 120 min), the step has had its effect') {
    Invoke-Shown -Command { Invoke-CsBackupServiceSync -PoolFqdn 'pool03.contoso.com' | Out-Host }
    Invoke-Shown -Command { Get-CsBackupServiceStatus -PoolFqdn 'pool03.contoso.com' | Select-Object -ExpandProperty 'BackupModules' | Where-Object -Property 'Identity' -Value 'CentralMgmt*' -NotLike | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: ExportStatus is one of SteadyState, FinalState and ImportStatus is NormalState (within 120 min)?'
}

# ---- Synchronise both ways
if (Test-Step -Id 'abc-26-sync.2' -Title 'From B' -RunOn 'fe11.contoso.com' -Account 'lync-admin' -Look 'on fe11.contoso.com run: Get-CsBackupServiceStatus -PoolFqdn ''pool02.contoso.com'' | Select-Object -ExpandProperty ''BackupModules'' | Where-Object -Property ''Identity'' -Value ''CentralMgmt*'' -NotLike | Format-List -Property ''*'' | Out-Host; if it shows every object: ExportStatus is one of SteadyState, FinalState and ImportStatus is NormalState (within 120 min), the step has had its effect') {
    Invoke-Shown -Command { Invoke-CsBackupServiceSync -PoolFqdn 'pool02.contoso.com' | Out-Host }
    Invoke-Shown -Command { Get-CsBackupServiceStatus -PoolFqdn 'pool02.contoso.com' | Select-Object -ExpandProperty 'BackupModules' | Where-Object -Property 'Identity' -Value 'CentralMgmt*' -NotLike | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: ExportStatus is one of SteadyState, FinalState and ImportStatus is NormalState (within 120 min)?'
}

# ---- The users of each Survivable Branch Appliance of A
if (Test-Step -Id 'abc-27-sba.1@sba01.contoso.com' -Title 'Stop the appliance: sba01.contoso.com' -RunOn 'sba01.contoso.com' -Account 'lync-admin' -Look 'on sba01.contoso.com run: Get-CsWindowsService | Format-List -Property ''*'' | Out-Host; if it shows every object: Status is Stopped (within 10 min), the step has had its effect' -Undo 'Start-CsWindowsService') {
    Confirm-Check -Question 'Before: every cmdlet and parameter of the plan exists there?'
    Confirm-Harm -Harm 'interrupts the branch of sba01.contoso.com' -Name 'sba01.contoso.com'
    Invoke-Shown -Command { Stop-CsWindowsService -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-CsWindowsService | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Status is Stopped (within 10 min)?'
    # To undo: Start-CsWindowsService
}

# ---- The users of each Survivable Branch Appliance of A
if (Test-Step -Id 'abc-27-sba.2@sba01.contoso.com' -Title 'Save the list of its users: sba01.contoso.com' -RunOn 'fe11.contoso.com' -Account 'lync-admin' -Look 'on fe11.contoso.com run: Get-Item -LiteralPath ''C:\Rescue\2026-11-22T013000Z_contoso-rescue\sba_sba01.contoso.com.csv'' | Import-Csv | Where-Object -Property ''SipAddress'' -Value ''sip:*'' -Like | Measure-Object | Format-List -Property ''*'' | Out-Host; if it shows every object: Count is the Users that the step reads first, the step has had its effect') {
    # Note: A list that is there is refused, never replaced; rename one that an interrupted try left.
    Invoke-Shown -Command { Get-CsUser -Filter 'RegistrarPool -eq ''sba01.contoso.com''' | Measure-Object | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Before: users are homed on sba01.contoso.com still; once they are moved the list would be empty: does it show every object: Count is at least 1?'
    Invoke-Shown -Command { Get-CsUser -Filter 'RegistrarPool -eq ''sba01.contoso.com''' | Measure-Object | Format-List -Property '*' | Out-Host }
    $Read_Users = Read-Value -Question 'Count (from fe11.contoso.com)'
    Invoke-Shown -Command { Get-CsUser -Filter 'RegistrarPool -eq ''sba01.contoso.com''' | Export-Csv -Path 'C:\Rescue\2026-11-22T013000Z_contoso-rescue\sba_sba01.contoso.com.csv' -NoClobber -NoTypeInformation -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-Item -LiteralPath 'C:\Rescue\2026-11-22T013000Z_contoso-rescue\sba_sba01.contoso.com.csv' | Import-Csv | Where-Object -Property 'SipAddress' -Value 'sip:*' -Like | Measure-Object | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question ('Verify: does it show every object: Count is <Read:Users>?'.Replace('<Read:Users>', ($Read_Users -join ', ')))
}

# ---- The users of each Survivable Branch Appliance of A
if (Test-Step -Id 'abc-27-sba.3@sba01.contoso.com' -Title 'Rehome them on C: sba01.contoso.com' -RunOn 'fe11.contoso.com' -Account 'lync-admin' -Look 'on fe11.contoso.com run: Get-CsUser -Filter ''RegistrarPool -eq ''''sba01.contoso.com'''''' | Out-Host; if it shows the number of objects is 0, the step has had its effect' -Undo 'Move-CsUser back, without their data') {
    Confirm-Harm -Harm 'moves the accounts of the users of sba01.contoso.com without contacts and meetings' -Name 'sba01.contoso.com'
    Invoke-Shown -Command { Get-CsUser -Filter 'RegistrarPool -eq ''sba01.contoso.com''' | Move-CsUser -Target 'pool03.contoso.com' -Force -Confirm:$false -Verbose | Out-Host }
    Invoke-Shown -Command { Get-CsUser -Filter 'RegistrarPool -eq ''sba01.contoso.com''' | Out-Host }
    Confirm-Check -Question 'Verify: does it show the number of objects is 0?'
    # To undo: Move-CsUser back, without their data
}

# ---- The users of each Survivable Branch Appliance of A
if (Test-Step -Id 'abc-27-sba.4@sba01.contoso.com' -Title 'Update their data: sba01.contoso.com' -RunOn 'fe11.contoso.com' -Account 'lync-admin') {
    # Note: Contacts of one of these users.
    Write-Host 'On fe11.contoso.com convert C:\Rescue\2026-11-22T013000Z_contoso-rescue\PoolBUserData.zip with Convert-CsUserData, TargetVersion Lync2010, and for each user of C:\Rescue\2026-11-22T013000Z_contoso-rescue\sba_sba01.contoso.com.csv run Update-CsUserData with the result and the address without sip in UserFilter.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
}

# ---- The users of each Survivable Branch Appliance of A
if (Test-Step -Id 'abc-27-sba.5@sba01.contoso.com' -Title 'Associate the appliance with C: sba01.contoso.com' -RunOn 'fe11.contoso.com' -Account 'lync-admin' -Undo 'associate another pool and publish') {
    # Note: Topology Builder shows pool C as its User Services Pool.
    Confirm-Harm -Harm 'changes the published topology; pool03.contoso.com is the backup of sba01.contoso.com' -Name 'sba01.contoso.com'
    Write-Host 'In Topology Builder, branch site, Survivable Branch Appliances, sba01.contoso.com, Front End pool, User Services Pool pool03.contoso.com, Next. Right-click it, Topology, Publish.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    # To undo: associate another pool and publish
}

# ---- The users of each Survivable Branch Appliance of A
if (Test-Step -Id 'abc-27-sba.6@sba01.contoso.com' -Title 'Start the appliance: sba01.contoso.com' -RunOn 'sba01.contoso.com' -Account 'lync-admin' -Look 'on sba01.contoso.com run: Get-CsWindowsService | Format-List -Property ''*'' | Out-Host; if it shows every object: Status is Running (within 30 min), the step has had its effect') {
    Invoke-Shown -Command { Start-CsWindowsService -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-CsWindowsService | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Status is Running (within 30 min)?'
}

# ---- The users of each Survivable Branch Appliance of A
if (Test-Step -Id 'abc-27-sba.7@sba01.contoso.com' -Title 'Bring its users home: sba01.contoso.com' -RunOn 'fe11.contoso.com' -Account 'lync-admin' -Look 'on fe11.contoso.com run: Get-CsUser -Filter ''RegistrarPool -eq ''''sba01.contoso.com'''''' | Measure-Object | Format-List -Property ''*'' | Out-Host; if it shows every object: Count is at least the Users that the step reads first, the step has had its effect' -Undo 'Move-CsUser back') {
    Confirm-Harm -Harm 'moves these users to sba01.contoso.com again' -Name 'sba01.contoso.com'
    Invoke-Shown -Command { Import-Csv -Path 'C:\Rescue\2026-11-22T013000Z_contoso-rescue\sba_sba01.contoso.com.csv' | Measure-Object | Format-List -Property '*' | Out-Host }
    $Read_Users = Read-Value -Question 'Count (from fe11.contoso.com)'
    Invoke-Shown -Command { Import-Csv -Path 'C:\Rescue\2026-11-22T013000Z_contoso-rescue\sba_sba01.contoso.com.csv' | Move-CsUser -Target 'sba01.contoso.com' -Force -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-CsUser -Filter 'RegistrarPool -eq ''sba01.contoso.com''' | Measure-Object | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question ('Verify: does it show every object: Count is at least <Read:Users>?'.Replace('<Read:Users>', ($Read_Users -join ', ')))
    # To undo: Move-CsUser back
}

# ---- Try the new pool as a user
if (Test-Step -Id 'abc-accept.1.1@pool03.contoso.com' -Title 'Try it: a test user signs in: pool03.contoso.com' -RunOn 'fe11.contoso.com' -Account 'lync-admin') {
    # Note: The passwords of CONTOSO\support01 and CONTOSO\support02 are asked once and kept in memory only.
    # Note: Each of these tests may be left out with a reason; the report shows result and latency.
    Invoke-Shown -Command { Test-CsRegistration -TargetFqdn 'pool03.contoso.com' -UserSipAddress 'sip:support01@contoso.com' -UserCredential (Get-Credential 'CONTOSO\support01') | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Result is Success?'
}

# ---- Try the new pool as a user
if (Test-Step -Id 'abc-accept.1.2@pool03.contoso.com' -Title 'Try it: an instant message between two test users: pool03.contoso.com' -RunOn 'fe11.contoso.com' -Account 'lync-admin') {
    Invoke-Shown -Command { Test-CsIM -TargetFqdn 'pool03.contoso.com' -SenderSipAddress 'sip:support01@contoso.com' -SenderCredential (Get-Credential 'CONTOSO\support01') -ReceiverSipAddress 'sip:support02@contoso.com' -ReceiverCredential (Get-Credential 'CONTOSO\support02') | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Result is Success?'
}

# ---- Try the new pool as a user
if (Test-Step -Id 'abc-accept.1.3@pool03.contoso.com' -Title 'Try it: one test user sees the presence of the other: pool03.contoso.com' -RunOn 'fe11.contoso.com' -Account 'lync-admin') {
    Invoke-Shown -Command { Test-CsPresence -TargetFqdn 'pool03.contoso.com' -PublisherSipAddress 'sip:support01@contoso.com' -PublisherCredential (Get-Credential 'CONTOSO\support01') -SubscriberSipAddress 'sip:support02@contoso.com' -SubscriberCredential (Get-Credential 'CONTOSO\support02') | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Result is Success?'
}

# ---- Try the new pool as a user
if (Test-Step -Id 'abc-accept.1.4@pool03.contoso.com' -Title 'Try it: a conference of two test users with messages: pool03.contoso.com' -RunOn 'fe11.contoso.com' -Account 'lync-admin') {
    Invoke-Shown -Command { Test-CsGroupIM -TargetFqdn 'pool03.contoso.com' -SenderSipAddress 'sip:support01@contoso.com' -SenderCredential (Get-Credential 'CONTOSO\support01') -ReceiverSipAddress 'sip:support02@contoso.com' -ReceiverCredential (Get-Credential 'CONTOSO\support02') | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Result is Success?'
}

# ---- Try the new pool as a user
if (Test-Step -Id 'abc-accept.1.5@pool03.contoso.com' -Title 'Try it: a test user reaches the Address Book: pool03.contoso.com' -RunOn 'fe11.contoso.com' -Account 'lync-admin') {
    Invoke-Shown -Command { Test-CsAddressBookService -TargetFqdn 'pool03.contoso.com' -UserSipAddress 'sip:support01@contoso.com' -UserCredential (Get-Credential 'CONTOSO\support01') | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Result is Success?'
}

# ---- Try the new pool as a user
if (Test-Step -Id 'abc-accept.1.6@pool03.contoso.com' -Title 'Try it: a message in a chat room: pool03.contoso.com' -RunOn 'fe11.contoso.com' -Account 'lync-admin') {
    Invoke-Shown -Command { Test-CsPersistentChatMessage -TargetFqdn 'pool03.contoso.com' -SenderSipAddress 'sip:support01@contoso.com' -SenderCredential (Get-Credential 'CONTOSO\support01') -ReceiverSipAddress 'sip:support02@contoso.com' -ReceiverCredential (Get-Credential 'CONTOSO\support02') | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Result is Success?'
}

# Left out: Undo the unfinished failover: store state moving was not chosen
# Left out: Which pool is the master: mode planned was not chosen
# Left out: Does the store work, and is every change replicated?: mode planned was not chosen
# Left out: Export the configuration: mode planned was not chosen
# Left out: Export the location information: mode planned was not chosen
# Left out: Fail the store over, waiting for replication: mode planned was not chosen
# Left out: Move the store to a pool without a standby: cms form move was not chosen
# Left out: Import the location information that was exported before the failover: mode planned was not chosen
# Left out: Publish the location information that was exported: mode planned was not chosen
# Left out: Find the newest copy of the location information: the set holds the location information
# Left out: Create the announcements manually: the announcements are recorded with prompt, text and target
# Left out: Redirect the ranges manually: every unassigned number range is recorded with its announcement
# Left out: Create a new folder for what this failover saves: the pool hosts the active Central Management store
# Left out: Create the local folder: the pool hosts the active Central Management store
# Left out: Find and move the Conferencing Attendant contacts: contacts of the Conferencing Attendant are recorded
# Left out: Create the announcements manually: the announcements are recorded with prompt, text and target
# Left out: Redirect the ranges manually: every unassigned number range is recorded with its announcement
# Left out: Create the standby of the Central Management store on C: the new pool is no Standard Edition server
# Left out: Try it without recorded test accounts: two test accounts of the pool that is tried are recorded
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
