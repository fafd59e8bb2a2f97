# Restore all servers of a pool (restore-pool)
# Target: pool01.contoso.com. Backup set: 2026-11-22T013000Z_contoso. Plan: sha256:1616a154926c259ac8911796168119e48efb2f5cd8c2925415e589f6d3ad49af
# After: Restoring a Lync Server pool in Lync Server 2013
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

$script:Plan = 'sha256:1616a154926c259ac8911796168119e48efb2f5cd8c2925415e589f6d3ad49af'
$script:Steps = @(
    'prepare/prep-decide',
    'pool-kind',
    'pool-backend.1',
    'prepare/prep-ad@sql01.contoso.com',
    'prepare/prep-ad@sql02.contoso.com',
    'restore-backend/be-bare.1@sql01.contoso.com',
    'restore-backend/be-bare.2@sql01.contoso.com',
    'restore-backend/be-bare.3@sql01.contoso.com',
    'restore-backend/be-bare.1@sql02.contoso.com',
    'restore-backend/be-bare.2@sql02.contoso.com',
    'restore-backend/be-bare.3@sql02.contoso.com',
    'restore-backend/be-sql.1@sql01.contoso.com',
    'restore-backend/be-sql.2@sql01.contoso.com',
    'restore-backend/be-sql.1@sql02.contoso.com',
    'restore-backend/be-sql.2@sql02.contoso.com',
    'restore-backend/be-databases.1',
    'restore-backend/be-databases.2',
    'restore-backend/be-databases.5',
    'restore-backend/be-databases.6@User',
    'restore-backend/be-databases.6@Application',
    'prepare/prep-ad@fe01.contoso.com',
    'prepare/prep-ad@fe02.contoso.com',
    'prepare/prep-ad@fe03.contoso.com',
    'restore-member/mem-bare.1@fe01.contoso.com',
    'restore-member/mem-bare.1@fe02.contoso.com',
    'restore-member/mem-bare.1@fe03.contoso.com',
    'restore-member/mem-bare.2@fe01.contoso.com',
    'restore-member/mem-bare.2@fe02.contoso.com',
    'restore-member/mem-bare.2@fe03.contoso.com',
    'restore-member/mem-bare.3@fe01.contoso.com',
    'restore-member/mem-bare.3@fe02.contoso.com',
    'restore-member/mem-bare.3@fe03.contoso.com',
    'restore-member/mem-bare.4@fe01.contoso.com',
    'restore-member/mem-bare.4@fe02.contoso.com',
    'restore-member/mem-bare.4@fe03.contoso.com',
    'restore-member/mem-bare.5@fe01.contoso.com',
    'restore-member/mem-bare.5@fe02.contoso.com',
    'restore-member/mem-bare.5@fe03.contoso.com',
    'restore-member/mem-registry.1@fe01.contoso.com',
    'restore-member/mem-registry.1@fe02.contoso.com',
    'restore-member/mem-registry.1@fe03.contoso.com',
    'restore-member/mem-registry.2@fe01.contoso.com',
    'restore-member/mem-registry.2@fe02.contoso.com',
    'restore-member/mem-registry.2@fe03.contoso.com',
    'restore-member/mem-setup.1@fe01.contoso.com',
    'restore-member/mem-setup.1@fe02.contoso.com',
    'restore-member/mem-setup.1@fe03.contoso.com',
    'restore-member/mem-setup.2@fe01.contoso.com',
    'restore-member/mem-setup.2@fe02.contoso.com',
    'restore-member/mem-setup.2@fe03.contoso.com',
    'restore-member/mem-step1.1@fe01.contoso.com',
    'restore-member/mem-step1.1@fe02.contoso.com',
    'restore-member/mem-step1.1@fe03.contoso.com',
    'restore-member/mem-step2@fe01.contoso.com',
    'restore-member/mem-step2@fe02.contoso.com',
    'restore-member/mem-step2@fe03.contoso.com',
    'restore-member/mem-update@fe01.contoso.com',
    'restore-member/mem-update@fe02.contoso.com',
    'restore-member/mem-update@fe03.contoso.com',
    'restore-member/mem-step3.1@fe01.contoso.com',
    'restore-member/mem-step3.1@fe02.contoso.com',
    'restore-member/mem-step3.1@fe03.contoso.com',
    'restore-member/mem-step3.4@fe01.contoso.com',
    'restore-member/mem-step3.4@fe02.contoso.com',
    'restore-member/mem-step3.4@fe03.contoso.com',
    'restore-backend/be-userdata.1',
    'restore-backend/be-userdata.2@fe01.contoso.com',
    'restore-backend/be-userdata.2@fe02.contoso.com',
    'restore-backend/be-userdata.2@fe03.contoso.com',
    'restore-backend/be-userdata.3',
    'restore-backend/be-userdata.4@fe01.contoso.com',
    'restore-backend/be-userdata.4@fe02.contoso.com',
    'restore-backend/be-userdata.4@fe03.contoso.com',
    'restore-backend/be-userdata.5@fe01.contoso.com',
    'restore-backend/be-userdata.5@fe02.contoso.com',
    'restore-backend/be-userdata.5@fe03.contoso.com',
    'restore-backend/be-userdata.6',
    'restore-backend/be-userdata.7',
    'pool-start.1@fe01.contoso.com',
    'pool-start.1@fe02.contoso.com',
    'pool-start.1@fe03.contoso.com',
    'pool-start.2@fe01.contoso.com',
    'pool-start.2@fe02.contoso.com',
    'pool-start.2@fe03.contoso.com',
    'pool-start.3',
    'pool-start.4@fe01.contoso.com',
    'pool-start.4@fe02.contoso.com',
    'pool-start.4@fe03.contoso.com',
    'restore-backend/restore-rgs/rgs-import.1',
    'restore-backend/restore-rgs/rgs-import.2',
    'restore-backend/restore-rgs/rgs-verify.1',
    'restore-backend/restore-rgs/rgs-verify.2',
    'restore-backend/restore-rgs/rgs-verify.3',
    'restore-backend/restore-rgs/rgs-verify.4',
    'restore-backend/restore-rgs/rgs-verify.5',
    'pool-accept.1.1',
    'pool-accept.1.2',
    'pool-accept.1.3',
    'pool-accept.1.4',
    'pool-accept.1.5',
    'pool-accept.1.6'
)

try {
Open-Record

# ---- Prepare
if (Test-Step -Id 'prepare/prep-decide' -Title 'Decide what to restore' -RunOn 'pool01.contoso.com' -Account 'lync-admin') {
    # Note: Restore only when troubleshooting has failed; a restore costs downtime and everything since the backup.
    # Note: The person named in the plan decides. Have media, keys, certificates and the worksheets ready before you continue.
    Write-Host 'Decide: Decide what to restore (restore)'
    [void] (Read-Answer -Question 'Press Enter when it is done')
}

# ---- Confirm the kind of pool
if (Test-Step -Id 'pool-kind' -Title 'Confirm the kind of pool' -RunOn 'pool01.contoso.com' -Account 'lync-admin') {
    # Note: A Front End pool gets its Back End first, then every Front End Server; all of them are started together.
    # Note: Of a Mediation, Persistent Chat, Edge or Director pool every member is restored and started.
    Write-Host 'Decide: Confirm the kind of pool (restore every member)'
    [void] (Read-Answer -Question 'Press Enter when it is done')
}

# ---- Restore the Back End first
if (Test-Step -Id 'pool-backend.1' -Title 'Check that another pool hosts the Central Management store' -RunOn 'dir01.contoso.com' -Account 'lync-admin') {
    # Note: Otherwise restore it first with restore-cms, and answer so in the plan. A pool whose Central Management service is not active holds the standby, and restore-cms is wrong for it.
    Confirm-Check -Question 'Before: every cmdlet and parameter of the plan exists there?'
    Invoke-Shown -Command { Get-CsService -CentralManagement | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show no object: PoolFqdn is the host pool01.contoso.com and Active is True?'
}

# ---- Restore the Back End first
if (Test-Step -Id 'prepare/prep-ad@sql01.contoso.com' -Title 'Keep the AD computer account: sql01.contoso.com' -RunOn 'dc01.contoso.com' -Account 'domain-admin' -Look 'on dc01.contoso.com run: Get-ADComputer -Identity ''sql01'' -Properties @(''MemberOf'') | Format-List -Property ''*'' | Out-Host; if it shows every object: Enabled is True; for each of them one object: MemberOf names , the step has had its effect') {
    # Note: Joining with the same name re-uses the account; deleting it loses the group memberships.
    # Note: A server that runs Lync is in groups whose names begin with RTC; compare it with another server of its role.
    # Note: Since October 2022 (KB5020276) only the account's creator or an allowed owner may join with it again.
    Write-Host 'Do not delete the computer account of sql01.contoso.com when Windows is installed again. Have the AD administrator check that the account exists, is enabled, and is still a member of its Lync (RTC) groups; reset it if needed.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    Invoke-Shown -Command { Get-ADComputer -Identity 'sql01' -Properties @('MemberOf') | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Enabled is True; for each of them one object: MemberOf names ?'
}

# ---- Restore the Back End first
if (Test-Step -Id 'prepare/prep-ad@sql02.contoso.com' -Title 'Keep the AD computer account: sql02.contoso.com' -RunOn 'dc01.contoso.com' -Account 'domain-admin' -Look 'on dc01.contoso.com run: Get-ADComputer -Identity ''sql02'' -Properties @(''MemberOf'') | Format-List -Property ''*'' | Out-Host; if it shows every object: Enabled is True; for each of them one object: MemberOf names , the step has had its effect') {
    # Note: Joining with the same name re-uses the account; deleting it loses the group memberships.
    # Note: A server that runs Lync is in groups whose names begin with RTC; compare it with another server of its role.
    # Note: Since October 2022 (KB5020276) only the account's creator or an allowed owner may join with it again.
    Write-Host 'Do not delete the computer account of sql02.contoso.com when Windows is installed again. Have the AD administrator check that the account exists, is enabled, and is still a member of its Lync (RTC) groups; reset it if needed.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    Invoke-Shown -Command { Get-ADComputer -Identity 'sql02' -Properties @('MemberOf') | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Enabled is True; for each of them one object: MemberOf names ?'
}

# ---- Restore the Back End first
if (Test-Step -Id 'restore-backend/be-bare.1@sql01.contoso.com' -Title 'Install Windows with the original computer name: sql01.contoso.com' -RunOn 'sql01.contoso.com' -Account 'lync-admin' -Look 'on sql01.contoso.com run: Get-CimInstance -ClassName ''Win32_ComputerSystem'' | Format-List -Property ''*'' | Out-Host; if it shows every object: DNSHostName is sql01 and PartOfDomain is True and Domain is contoso.com, the step has had its effect' -Undo 'none; all data on the disks is lost') {
    Confirm-Check -Question 'Before: sql01.contoso.com does not answer, or does not run its role?'
    Confirm-Harm -Harm 'the disks of the computer that becomes sql01.contoso.com are wiped' -Name 'sql01.contoso.com'
    Write-Host 'Install Windows on the replacement computer with the name sql01.contoso.com: same computer name, same DNS suffix, same IP address and DNS record as before; join the domain with the existing computer account; install the patches; leave the Windows Firewall on.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    Invoke-Shown -Command { Get-CimInstance -ClassName 'Win32_ComputerSystem' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: DNSHostName is sql01 and PartOfDomain is True and Domain is contoso.com?'
    # To undo: none; all data on the disks is lost
}

# ---- Restore the Back End first
if (Test-Step -Id 'restore-backend/be-bare.2@sql01.contoso.com' -Title 'Check that name and DNS suffix are the original ones: sql01.contoso.com' -RunOn 'sql01.contoso.com' -Account 'lync-admin') {
    Invoke-Shown -Command { Get-ItemProperty -LiteralPath 'HKLM:\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Hostname is sql01 and Domain is contoso.com?'
}

# ---- Restore the Back End first
if (Test-Step -Id 'restore-backend/be-bare.3@sql01.contoso.com' -Title 'Take a system image: sql01.contoso.com' -RunOn 'sql01.contoso.com' -Account 'lync-admin') {
    Write-Host 'Take an image of the system now, before anything is restored, and check that it can be read. With it you can return to this state.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
}

# ---- Restore the Back End first
if (Test-Step -Id 'restore-backend/be-bare.1@sql02.contoso.com' -Title 'Install Windows with the original computer name: sql02.contoso.com' -RunOn 'sql02.contoso.com' -Account 'lync-admin' -Look 'on sql02.contoso.com run: Get-CimInstance -ClassName ''Win32_ComputerSystem'' | Format-List -Property ''*'' | Out-Host; if it shows every object: DNSHostName is sql02 and PartOfDomain is True and Domain is contoso.com, the step has had its effect' -Undo 'none; all data on the disks is lost') {
    Confirm-Check -Question 'Before: sql02.contoso.com does not answer, or does not run its role?'
    Confirm-Harm -Harm 'the disks of the computer that becomes sql02.contoso.com are wiped' -Name 'sql02.contoso.com'
    Write-Host 'Install Windows on the replacement computer with the name sql02.contoso.com: same computer name, same DNS suffix, same IP address and DNS record as before; join the domain with the existing computer account; install the patches; leave the Windows Firewall on.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    Invoke-Shown -Command { Get-CimInstance -ClassName 'Win32_ComputerSystem' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: DNSHostName is sql02 and PartOfDomain is True and Domain is contoso.com?'
    # To undo: none; all data on the disks is lost
}

# ---- Restore the Back End first
if (Test-Step -Id 'restore-backend/be-bare.2@sql02.contoso.com' -Title 'Check that name and DNS suffix are the original ones: sql02.contoso.com' -RunOn 'sql02.contoso.com' -Account 'lync-admin') {
    Invoke-Shown -Command { Get-ItemProperty -LiteralPath 'HKLM:\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Hostname is sql02 and Domain is contoso.com?'
}

# ---- Restore the Back End first
if (Test-Step -Id 'restore-backend/be-bare.3@sql02.contoso.com' -Title 'Take a system image: sql02.contoso.com' -RunOn 'sql02.contoso.com' -Account 'lync-admin') {
    Write-Host 'Take an image of the system now, before anything is restored, and check that it can be read. With it you can return to this state.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
}

# ---- Install SQL Server
if (Test-Step -Id 'restore-backend/be-sql.1@sql01.contoso.com' -Title 'Install SQL Server with the original configuration: sql01.contoso.com' -RunOn 'sql01.contoso.com' -Account 'lync-admin' -Look 'on sql01.contoso.com\RTC run: sqlcmd ''-S'' ''sql01.contoso.com\RTC'' ''-E'' ''-b'' ''-x'' ''-Q'' ''SELECT @@SERVERNAME AS server_name, @@VERSION AS version_text, CAST(SERVERPROPERTY(N''''ProductVersion'''') AS nvarchar(128)) AS product_version, CAST(SERVERPROPERTY(N''''ProductLevel'''') AS nvarchar(128)) AS product_level, CAST(SERVERPROPERTY(N''''Edition'''') AS nvarchar(128)) AS edition, CAST(SERVERPROPERTY(N''''MachineName'''') AS nvarchar(128)) AS machine_name, CAST(SERVERPROPERTY(N''''InstanceName'''') AS nvarchar(128)) AS instance_name, CAST(SERVERPROPERTY(N''''Collation'''') AS nvarchar(128)) AS collation, IS_SRVROLEMEMBER(N''''sysadmin'''') AS is_sysadmin;'' | Out-Host; if it shows every object: is_sysadmin is 1, the step has had its effect' -Undo 'uninstall the instance') {
    # Note: The topology does not recognise an instance with another name (pitfall P21).
    Write-Host 'Install SQL Server on sql01.contoso.com by the organisation''s own procedure, as it was installed originally: the same version, edition and service pack as before, the instance sql01.contoso.com\RTC under its old name, the same folders, service accounts, permissions and logins. Open its ports in the firewall (1433, UDP 1434, the instance''s own, and for mirroring 5022, on a witness 7022).'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    Write-Host 'On sql01.contoso.com\RTC as sql-admin run: sqlcmd ''-S'' ''sql01.contoso.com\RTC'' ''-E'' ''-b'' ''-x'' ''-Q'' ''SELECT @@SERVERNAME AS server_name, @@VERSION AS version_text, CAST(SERVERPROPERTY(N''''ProductVersion'''') AS nvarchar(128)) AS product_version, CAST(SERVERPROPERTY(N''''ProductLevel'''') AS nvarchar(128)) AS product_level, CAST(SERVERPROPERTY(N''''Edition'''') AS nvarchar(128)) AS edition, CAST(SERVERPROPERTY(N''''MachineName'''') AS nvarchar(128)) AS machine_name, CAST(SERVERPROPERTY(N''''InstanceName'''') AS nvarchar(128)) AS instance_name, CAST(SERVERPROPERTY(N''''Collation'''') AS nvarchar(128)) AS collation, IS_SRVROLEMEMBER(N''''sysadmin'''') AS is_sysadmin;'' | Out-Host'
    Confirm-Check -Question 'Verify: does it show every object: is_sysadmin is 1?'
    # To undo: uninstall the instance
}

# ---- Install SQL Server
if (Test-Step -Id 'restore-backend/be-sql.2@sql01.contoso.com' -Title 'Check that version and edition match the partner: sql01.contoso.com' -RunOn 'sql01.contoso.com\RTC' -Account 'sql-admin') {
    Confirm-Check -Question 'Before: every SQL instance of the plan answers and accepts the account?'
    Confirm-Check -Question 'Before: every instance has its old name?'
    Confirm-Check -Question 'Before: the instances are of a fitting version?'
    Confirm-Check -Question 'Before: the database servers have room?'
    Confirm-Check -Question 'Before: the model database has its original size?'
    Confirm-Check -Question 'Before: no transaction log is about to be full?'
    Confirm-Check -Question 'Before: no database is owned by RTCUniversalServerAdmins?'
    Confirm-Check -Question 'Before: mirroring endpoints are started?'
    Confirm-Check -Question 'Before: the Front End Servers reach the Back End?'
    Confirm-Check -Question 'Before: primary, mirror and witness run the same SQL Server version?'
    Invoke-Shown -Command { sqlcmd '-S' 'sql01.contoso.com\RTC' '-E' '-b' '-x' '-Q' 'SELECT @@SERVERNAME AS server_name, @@VERSION AS version_text, CAST(SERVERPROPERTY(N''ProductVersion'') AS nvarchar(128)) AS product_version, CAST(SERVERPROPERTY(N''ProductLevel'') AS nvarchar(128)) AS product_level, CAST(SERVERPROPERTY(N''Edition'') AS nvarchar(128)) AS edition, CAST(SERVERPROPERTY(N''MachineName'') AS nvarchar(128)) AS machine_name, CAST(SERVERPROPERTY(N''InstanceName'') AS nvarchar(128)) AS instance_name, CAST(SERVERPROPERTY(N''Collation'') AS nvarchar(128)) AS collation, IS_SRVROLEMEMBER(N''sysadmin'') AS is_sysadmin;' | Out-Host }
    Assert-ExitCode -Low 0 -High 0
    Confirm-Check -Question 'Does the answer show every object: is_sysadmin is 1?'
}

# ---- Install SQL Server
if (Test-Step -Id 'restore-backend/be-sql.1@sql02.contoso.com' -Title 'Install SQL Server with the original configuration: sql02.contoso.com' -RunOn 'sql02.contoso.com' -Account 'lync-admin' -Look 'on sql02.contoso.com\RTC run: sqlcmd ''-S'' ''sql02.contoso.com\RTC'' ''-E'' ''-b'' ''-x'' ''-Q'' ''SELECT @@SERVERNAME AS server_name, @@VERSION AS version_text, CAST(SERVERPROPERTY(N''''ProductVersion'''') AS nvarchar(128)) AS product_version, CAST(SERVERPROPERTY(N''''ProductLevel'''') AS nvarchar(128)) AS product_level, CAST(SERVERPROPERTY(N''''Edition'''') AS nvarchar(128)) AS edition, CAST(SERVERPROPERTY(N''''MachineName'''') AS nvarchar(128)) AS machine_name, CAST(SERVERPROPERTY(N''''InstanceName'''') AS nvarchar(128)) AS instance_name, CAST(SERVERPROPERTY(N''''Collation'''') AS nvarchar(128)) AS collation, IS_SRVROLEMEMBER(N''''sysadmin'''') AS is_sysadmin;'' | Out-Host; if it shows every object: is_sysadmin is 1, the step has had its effect' -Undo 'uninstall the instance') {
    # Note: The topology does not recognise an instance with another name (pitfall P21).
    Write-Host 'Install SQL Server on sql02.contoso.com by the organisation''s own procedure, as it was installed originally: the same version, edition and service pack as before, the instance sql02.contoso.com\RTC under its old name, the same folders, service accounts, permissions and logins. Open its ports in the firewall (1433, UDP 1434, the instance''s own, and for mirroring 5022, on a witness 7022).'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    Write-Host 'On sql02.contoso.com\RTC as sql-admin run: sqlcmd ''-S'' ''sql02.contoso.com\RTC'' ''-E'' ''-b'' ''-x'' ''-Q'' ''SELECT @@SERVERNAME AS server_name, @@VERSION AS version_text, CAST(SERVERPROPERTY(N''''ProductVersion'''') AS nvarchar(128)) AS product_version, CAST(SERVERPROPERTY(N''''ProductLevel'''') AS nvarchar(128)) AS product_level, CAST(SERVERPROPERTY(N''''Edition'''') AS nvarchar(128)) AS edition, CAST(SERVERPROPERTY(N''''MachineName'''') AS nvarchar(128)) AS machine_name, CAST(SERVERPROPERTY(N''''InstanceName'''') AS nvarchar(128)) AS instance_name, CAST(SERVERPROPERTY(N''''Collation'''') AS nvarchar(128)) AS collation, IS_SRVROLEMEMBER(N''''sysadmin'''') AS is_sysadmin;'' | Out-Host'
    Confirm-Check -Question 'Verify: does it show every object: is_sysadmin is 1?'
    # To undo: uninstall the instance
}

# ---- Install SQL Server
if (Test-Step -Id 'restore-backend/be-sql.2@sql02.contoso.com' -Title 'Check that version and edition match the partner: sql02.contoso.com' -RunOn 'sql02.contoso.com\RTC' -Account 'sql-admin') {
    Confirm-Check -Question 'Before: every SQL instance of the plan answers and accepts the account?'
    Confirm-Check -Question 'Before: every instance has its old name?'
    Confirm-Check -Question 'Before: the instances are of a fitting version?'
    Confirm-Check -Question 'Before: the database servers have room?'
    Confirm-Check -Question 'Before: the model database has its original size?'
    Confirm-Check -Question 'Before: no transaction log is about to be full?'
    Confirm-Check -Question 'Before: no database is owned by RTCUniversalServerAdmins?'
    Confirm-Check -Question 'Before: mirroring endpoints are started?'
    Confirm-Check -Question 'Before: primary, mirror and witness run the same SQL Server version?'
    Invoke-Shown -Command { sqlcmd '-S' 'sql02.contoso.com\RTC' '-E' '-b' '-x' '-Q' 'SELECT @@SERVERNAME AS server_name, @@VERSION AS version_text, CAST(SERVERPROPERTY(N''ProductVersion'') AS nvarchar(128)) AS product_version, CAST(SERVERPROPERTY(N''ProductLevel'') AS nvarchar(128)) AS product_level, CAST(SERVERPROPERTY(N''Edition'') AS nvarchar(128)) AS edition, CAST(SERVERPROPERTY(N''MachineName'') AS nvarchar(128)) AS machine_name, CAST(SERVERPROPERTY(N''InstanceName'') AS nvarchar(128)) AS instance_name, CAST(SERVERPROPERTY(N''Collation'') AS nvarchar(128)) AS collation, IS_SRVROLEMEMBER(N''sysadmin'') AS is_sysadmin;' | Out-Host }
    Assert-ExitCode -Low 0 -High 0
    Confirm-Check -Question 'Does the answer show every object: is_sysadmin is 1?'
}

# ---- Restore the Back End
if (Test-Step -Id 'restore-backend/be-databases.1' -Title 'Check that this computer has the cumulative update (CU) version of the other servers' -RunOn 'dir01.contoso.com' -Account 'lync-admin') {
    # Note: Databases get the CU version of the computer whose shell or Topology Builder creates them.
    Invoke-Shown -Command { Get-ItemProperty -Path 'HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall\*' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show at least one object: DisplayName contains Server 2013, Core Components and DisplayVersion is 5.0.8308.887?'
}

# ---- Restore the Back End
if (Test-Step -Id 'restore-backend/be-databases.2' -Title 'Create the databases' -RunOn 'dir01.contoso.com' -Account 'lync-admin' -Look 'on dir01.contoso.com run: Test-CsDatabase -ConfiguredDatabases -SqlServerFqdn ''sql01.contoso.com'' | Format-List -Property ''*'' | Out-Host; if it shows every object: Succeed is True, the step has had its effect' -Undo 'Uninstall-CsDatabase, while nothing is in them') {
    # Note: Only stand-alone databases are shown on Create databases.
    Confirm-Check -Question 'Before: every Lync service of the pool is stopped?'
    Write-Host 'On sql01.contoso.com\RTC as sql-admin run: sqlcmd ''-S'' ''sql01.contoso.com\RTC'' ''-E'' ''-b'' ''-x'' ''-Q'' ''SELECT @@SERVERNAME AS server_name, @@VERSION AS version_text, CAST(SERVERPROPERTY(N''''ProductVersion'''') AS nvarchar(128)) AS product_version, CAST(SERVERPROPERTY(N''''ProductLevel'''') AS nvarchar(128)) AS product_level, CAST(SERVERPROPERTY(N''''Edition'''') AS nvarchar(128)) AS edition, CAST(SERVERPROPERTY(N''''MachineName'''') AS nvarchar(128)) AS machine_name, CAST(SERVERPROPERTY(N''''InstanceName'''') AS nvarchar(128)) AS instance_name, CAST(SERVERPROPERTY(N''''Collation'''') AS nvarchar(128)) AS collation, IS_SRVROLEMEMBER(N''''sysadmin'''') AS is_sysadmin;'' | Out-Host'
    Confirm-Check -Question 'Before: the SQL Server instance answers: does it show every object: is_sysadmin is 1?'
    Confirm-Harm -Harm 'creates the databases of pool01.contoso.com on sql01.contoso.com; publishing changes topology ACLs' -Name 'sql01.contoso.com'
    Invoke-Shown -Command { Install-CsDatabase -ConfiguredDatabases -SqlServerFqdn 'sql01.contoso.com' -Confirm:$false -Verbose | Out-Host }
    Invoke-Shown -Command { Test-CsDatabase -ConfiguredDatabases -SqlServerFqdn 'sql01.contoso.com' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Succeed is True?'
    # To undo: Uninstall-CsDatabase, while nothing is in them
}

# ---- Restore the Back End
if (Test-Step -Id 'restore-backend/be-databases.5' -Title 'Install the mirror databases: sql02.contoso.com' -RunOn 'dir01.contoso.com' -Account 'lync-admin' -Look 'on dir01.contoso.com run: Get-CsDatabaseMirrorState -PoolFqdn ''pool01.contoso.com'' -DatabaseType ''User'' | Format-List -Property ''*'' | Out-Host; if it shows every object: StateOnPrimary is Principal and StateOnMirror is Mirror and MirroringStatusOnPrimary is synchronized (within 30 min), the step has had its effect' -Undo 'Uninstall-CsMirrorDatabase once for each database type') {
    # Note: -DropExistingDatabasesOnMirror (part of Microsoft's example) is left out; it deletes databases on the mirror.
    # Note: The accounts of both SQL servers must be able to read and write the share; for Network Service DOMAIN\SERVER$.
    # Note: The confirmation for each database is answered in advance (-Confirm:$false stands for A, Yes to All).
    # Note: A witness that the topology names is set up together with the mirror.
    Confirm-Check -Question 'Before: primary, mirror and witness run the same SQL Server version?'
    Invoke-Shown -Command { Test-Path -LiteralPath '\\fs01.contoso.com\MirrorShare' | Out-Host }
    Confirm-Check -Question 'Before: the share for setting up the mirror exists: does it show every object: the value is True?'
    Confirm-Harm -Harm 'creates databases on the mirror sql02.contoso.com' -Name 'sql02.contoso.com'
    Invoke-Shown -Command { Install-CsMirrorDatabase -ConfiguredDatabases -FileShare '\\fs01.contoso.com\MirrorShare' -SqlServerFqdn 'sql01.contoso.com' -Confirm:$false -Verbose | Out-Host }
    Invoke-Shown -Command { Get-CsDatabaseMirrorState -PoolFqdn 'pool01.contoso.com' -DatabaseType 'User' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: StateOnPrimary is Principal and StateOnMirror is Mirror and MirroringStatusOnPrimary is synchronized (within 30 min)?'
    # To undo: Uninstall-CsMirrorDatabase once for each database type
}

# ---- Restore the Back End
if (Test-Step -Id 'restore-backend/be-databases.6@User' -Title 'Check that the databases are mirrored again: sql02.contoso.com, User' -RunOn 'dir01.contoso.com' -Account 'lync-admin') {
    Invoke-Shown -Command { Get-CsDatabaseMirrorState -PoolFqdn 'pool01.contoso.com' -DatabaseType 'User' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: StateOnPrimary is Principal and StateOnMirror is Mirror and MirroringStatusOnPrimary is synchronized?'
}

# ---- Restore the Back End
if (Test-Step -Id 'restore-backend/be-databases.6@Application' -Title 'Check that the databases are mirrored again: sql02.contoso.com, Application' -RunOn 'dir01.contoso.com' -Account 'lync-admin') {
    Invoke-Shown -Command { Get-CsDatabaseMirrorState -PoolFqdn 'pool01.contoso.com' -DatabaseType 'Application' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: StateOnPrimary is Principal and StateOnMirror is Mirror and MirroringStatusOnPrimary is synchronized?'
}

# ---- New Windows installation of every member server
if (Test-Step -Id 'prepare/prep-ad@fe01.contoso.com' -Title 'Keep the AD computer account: fe01.contoso.com' -RunOn 'dc01.contoso.com' -Account 'domain-admin' -Look 'on dc01.contoso.com run: Get-ADComputer -Identity ''fe01'' -Properties @(''MemberOf'') | Format-List -Property ''*'' | Out-Host; if it shows every object: Enabled is True; for each of them one object: MemberOf names CN=RTC, the step has had its effect') {
    # Note: Joining with the same name re-uses the account; deleting it loses the group memberships.
    # Note: A server that runs Lync is in groups whose names begin with RTC; compare it with another server of its role.
    # Note: Since October 2022 (KB5020276) only the account's creator or an allowed owner may join with it again.
    Write-Host 'Do not delete the computer account of fe01.contoso.com when Windows is installed again. Have the AD administrator check that the account exists, is enabled, and is still a member of its Lync (RTC) groups; reset it if needed.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    Invoke-Shown -Command { Get-ADComputer -Identity 'fe01' -Properties @('MemberOf') | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Enabled is True; for each of them one object: MemberOf names CN=RTC?'
}

# ---- New Windows installation of every member server
if (Test-Step -Id 'prepare/prep-ad@fe02.contoso.com' -Title 'Keep the AD computer account: fe02.contoso.com' -RunOn 'dc01.contoso.com' -Account 'domain-admin' -Look 'on dc01.contoso.com run: Get-ADComputer -Identity ''fe02'' -Properties @(''MemberOf'') | Format-List -Property ''*'' | Out-Host; if it shows every object: Enabled is True; for each of them one object: MemberOf names CN=RTC, the step has had its effect') {
    # Note: Joining with the same name re-uses the account; deleting it loses the group memberships.
    # Note: A server that runs Lync is in groups whose names begin with RTC; compare it with another server of its role.
    # Note: Since October 2022 (KB5020276) only the account's creator or an allowed owner may join with it again.
    Write-Host 'Do not delete the computer account of fe02.contoso.com when Windows is installed again. Have the AD administrator check that the account exists, is enabled, and is still a member of its Lync (RTC) groups; reset it if needed.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    Invoke-Shown -Command { Get-ADComputer -Identity 'fe02' -Properties @('MemberOf') | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Enabled is True; for each of them one object: MemberOf names CN=RTC?'
}

# ---- New Windows installation of every member server
if (Test-Step -Id 'prepare/prep-ad@fe03.contoso.com' -Title 'Keep the AD computer account: fe03.contoso.com' -RunOn 'dc01.contoso.com' -Account 'domain-admin' -Look 'on dc01.contoso.com run: Get-ADComputer -Identity ''fe03'' -Properties @(''MemberOf'') | Format-List -Property ''*'' | Out-Host; if it shows every object: Enabled is True; for each of them one object: MemberOf names CN=RTC, the step has had its effect') {
    # Note: Joining with the same name re-uses the account; deleting it loses the group memberships.
    # Note: A server that runs Lync is in groups whose names begin with RTC; compare it with another server of its role.
    # Note: Since October 2022 (KB5020276) only the account's creator or an allowed owner may join with it again.
    Write-Host 'Do not delete the computer account of fe03.contoso.com when Windows is installed again. Have the AD administrator check that the account exists, is enabled, and is still a member of its Lync (RTC) groups; reset it if needed.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    Invoke-Shown -Command { Get-ADComputer -Identity 'fe03' -Properties @('MemberOf') | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Enabled is True; for each of them one object: MemberOf names CN=RTC?'
}

# ---- New Windows installation of every member server
if (Test-Step -Id 'restore-member/mem-bare.1@fe01.contoso.com' -Title 'Install Windows with the original computer name: fe01.contoso.com' -RunOn 'fe01.contoso.com' -Account 'lync-admin' -Look 'on fe01.contoso.com run: Get-CimInstance -ClassName ''Win32_ComputerSystem'' | Format-List -Property ''*'' | Out-Host; if it shows every object: DNSHostName is fe01 and PartOfDomain is True and Domain is contoso.com, the step has had its effect' -Undo 'none; all data on the disks is lost') {
    # Note: A Front End Server gets the same Windows version as the other Front End Servers of its pool.
    # Note: With a wrong name or suffix the Deployment Wizard uninstalls every role (pitfall P10).
    Confirm-Check -Question 'Before: fe01.contoso.com does not answer, or does not run its role?'
    Confirm-Harm -Harm 'the disks of the computer that becomes fe01.contoso.com are wiped' -Name 'fe01.contoso.com'
    Write-Host 'Install Windows on the replacement computer with the name fe01.contoso.com: same computer name, same DNS suffix, same IP address and DNS record as before; join the domain with the existing computer account; install the patches and the Lync prerequisites; leave the Windows Firewall on.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    Invoke-Shown -Command { Get-CimInstance -ClassName 'Win32_ComputerSystem' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: DNSHostName is fe01 and PartOfDomain is True and Domain is contoso.com?'
    # To undo: none; all data on the disks is lost
}

# ---- New Windows installation of every member server
if (Test-Step -Id 'restore-member/mem-bare.1@fe02.contoso.com' -Title 'Install Windows with the original computer name: fe02.contoso.com' -RunOn 'fe02.contoso.com' -Account 'lync-admin' -Look 'on fe02.contoso.com run: Get-CimInstance -ClassName ''Win32_ComputerSystem'' | Format-List -Property ''*'' | Out-Host; if it shows every object: DNSHostName is fe02 and PartOfDomain is True and Domain is contoso.com, the step has had its effect' -Undo 'none; all data on the disks is lost') {
    # Note: A Front End Server gets the same Windows version as the other Front End Servers of its pool.
    # Note: With a wrong name or suffix the Deployment Wizard uninstalls every role (pitfall P10).
    Confirm-Check -Question 'Before: fe02.contoso.com does not answer, or does not run its role?'
    Confirm-Harm -Harm 'the disks of the computer that becomes fe02.contoso.com are wiped' -Name 'fe02.contoso.com'
    Write-Host 'Install Windows on the replacement computer with the name fe02.contoso.com: same computer name, same DNS suffix, same IP address and DNS record as before; join the domain with the existing computer account; install the patches and the Lync prerequisites; leave the Windows Firewall on.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    Invoke-Shown -Command { Get-CimInstance -ClassName 'Win32_ComputerSystem' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: DNSHostName is fe02 and PartOfDomain is True and Domain is contoso.com?'
    # To undo: none; all data on the disks is lost
}

# ---- New Windows installation of every member server
if (Test-Step -Id 'restore-member/mem-bare.1@fe03.contoso.com' -Title 'Install Windows with the original computer name: fe03.contoso.com' -RunOn 'fe03.contoso.com' -Account 'lync-admin' -Look 'on fe03.contoso.com run: Get-CimInstance -ClassName ''Win32_ComputerSystem'' | Format-List -Property ''*'' | Out-Host; if it shows every object: DNSHostName is fe03 and PartOfDomain is True and Domain is contoso.com, the step has had its effect' -Undo 'none; all data on the disks is lost') {
    # Note: A Front End Server gets the same Windows version as the other Front End Servers of its pool.
    # Note: With a wrong name or suffix the Deployment Wizard uninstalls every role (pitfall P10).
    Confirm-Check -Question 'Before: fe03.contoso.com does not answer, or does not run its role?'
    Confirm-Harm -Harm 'the disks of the computer that becomes fe03.contoso.com are wiped' -Name 'fe03.contoso.com'
    Write-Host 'Install Windows on the replacement computer with the name fe03.contoso.com: same computer name, same DNS suffix, same IP address and DNS record as before; join the domain with the existing computer account; install the patches and the Lync prerequisites; leave the Windows Firewall on.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    Invoke-Shown -Command { Get-CimInstance -ClassName 'Win32_ComputerSystem' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: DNSHostName is fe03 and PartOfDomain is True and Domain is contoso.com?'
    # To undo: none; all data on the disks is lost
}

# ---- New Windows installation of every member server
if (Test-Step -Id 'restore-member/mem-bare.2@fe01.contoso.com' -Title 'Check that name and DNS suffix match the topology: fe01.contoso.com' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    # Note: Being in the right domain is not enough; the primary DNS suffix must be right as well.
    Invoke-Shown -Command { Get-ItemProperty -LiteralPath 'HKLM:\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Hostname is fe01 and Domain is contoso.com?'
}

# ---- New Windows installation of every member server
if (Test-Step -Id 'restore-member/mem-bare.2@fe02.contoso.com' -Title 'Check that name and DNS suffix match the topology: fe02.contoso.com' -RunOn 'fe02.contoso.com' -Account 'lync-admin') {
    # Note: Being in the right domain is not enough; the primary DNS suffix must be right as well.
    Invoke-Shown -Command { Get-ItemProperty -LiteralPath 'HKLM:\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Hostname is fe02 and Domain is contoso.com?'
}

# ---- New Windows installation of every member server
if (Test-Step -Id 'restore-member/mem-bare.2@fe03.contoso.com' -Title 'Check that name and DNS suffix match the topology: fe03.contoso.com' -RunOn 'fe03.contoso.com' -Account 'lync-admin') {
    # Note: Being in the right domain is not enough; the primary DNS suffix must be right as well.
    Invoke-Shown -Command { Get-ItemProperty -LiteralPath 'HKLM:\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Hostname is fe03 and Domain is contoso.com?'
}

# ---- New Windows installation of every member server
if (Test-Step -Id 'restore-member/mem-bare.3@fe01.contoso.com' -Title 'Check that nothing of an earlier Lync installation is left: fe01.contoso.com' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    # Note: Never restore onto an existing Lync installation.
    try { Invoke-Shown -Command { Get-Service -Name @('RTC*', 'REPLICA', 'MASTER', 'FTA') | Format-List -Property '*' | Out-Host } } catch { Confirm-Tolerated -Failure $_ -Words @('Cannot find any service') }
    Confirm-Check -Question 'Does the answer show the number of objects is 0?'
}

# ---- New Windows installation of every member server
if (Test-Step -Id 'restore-member/mem-bare.3@fe02.contoso.com' -Title 'Check that nothing of an earlier Lync installation is left: fe02.contoso.com' -RunOn 'fe02.contoso.com' -Account 'lync-admin') {
    # Note: Never restore onto an existing Lync installation.
    try { Invoke-Shown -Command { Get-Service -Name @('RTC*', 'REPLICA', 'MASTER', 'FTA') | Format-List -Property '*' | Out-Host } } catch { Confirm-Tolerated -Failure $_ -Words @('Cannot find any service') }
    Confirm-Check -Question 'Does the answer show the number of objects is 0?'
}

# ---- New Windows installation of every member server
if (Test-Step -Id 'restore-member/mem-bare.3@fe03.contoso.com' -Title 'Check that nothing of an earlier Lync installation is left: fe03.contoso.com' -RunOn 'fe03.contoso.com' -Account 'lync-admin') {
    # Note: Never restore onto an existing Lync installation.
    try { Invoke-Shown -Command { Get-Service -Name @('RTC*', 'REPLICA', 'MASTER', 'FTA') | Format-List -Property '*' | Out-Host } } catch { Confirm-Tolerated -Failure $_ -Words @('Cannot find any service') }
    Confirm-Check -Question 'Does the answer show the number of objects is 0?'
}

# ---- New Windows installation of every member server
if (Test-Step -Id 'restore-member/mem-bare.4@fe01.contoso.com' -Title 'Restore or re-enrol the certificates: fe01.contoso.com' -RunOn 'fe01.contoso.com' -Account 'lync-admin' -Look 'on fe01.contoso.com run: Get-ChildItem -Path ''Cert:\LocalMachine\My'' | Select-Object -Property @(''Subject'', ''HasPrivateKey'', ''DnsNameList'') | Format-List -Property ''*'' | Out-Host; if it shows at least one object: HasPrivateKey is True and DnsNameList contains fe01.contoso.com, the step has had its effect') {
    # Note: The OAuth certificate is one for the whole deployment and arrives by replication.
    Write-Host 'Put the server''s certificates with their private keys into the computer''s Personal store: import the saved ones with the Certificates MMC snap-in, or re-enrol with the internal CA. Do not request an OAuthTokenIssuer certificate.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    Invoke-Shown -Command { Get-ChildItem -Path 'Cert:\LocalMachine\My' | Select-Object -Property @('Subject', 'HasPrivateKey', 'DnsNameList') | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show at least one object: HasPrivateKey is True and DnsNameList contains fe01.contoso.com?'
}

# ---- New Windows installation of every member server
if (Test-Step -Id 'restore-member/mem-bare.4@fe02.contoso.com' -Title 'Restore or re-enrol the certificates: fe02.contoso.com' -RunOn 'fe02.contoso.com' -Account 'lync-admin' -Look 'on fe02.contoso.com run: Get-ChildItem -Path ''Cert:\LocalMachine\My'' | Select-Object -Property @(''Subject'', ''HasPrivateKey'', ''DnsNameList'') | Format-List -Property ''*'' | Out-Host; if it shows at least one object: HasPrivateKey is True and DnsNameList contains fe02.contoso.com, the step has had its effect') {
    # Note: The OAuth certificate is one for the whole deployment and arrives by replication.
    Write-Host 'Put the server''s certificates with their private keys into the computer''s Personal store: import the saved ones with the Certificates MMC snap-in, or re-enrol with the internal CA. Do not request an OAuthTokenIssuer certificate.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    Invoke-Shown -Command { Get-ChildItem -Path 'Cert:\LocalMachine\My' | Select-Object -Property @('Subject', 'HasPrivateKey', 'DnsNameList') | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show at least one object: HasPrivateKey is True and DnsNameList contains fe02.contoso.com?'
}

# ---- New Windows installation of every member server
if (Test-Step -Id 'restore-member/mem-bare.4@fe03.contoso.com' -Title 'Restore or re-enrol the certificates: fe03.contoso.com' -RunOn 'fe03.contoso.com' -Account 'lync-admin' -Look 'on fe03.contoso.com run: Get-ChildItem -Path ''Cert:\LocalMachine\My'' | Select-Object -Property @(''Subject'', ''HasPrivateKey'', ''DnsNameList'') | Format-List -Property ''*'' | Out-Host; if it shows at least one object: HasPrivateKey is True and DnsNameList contains fe03.contoso.com, the step has had its effect') {
    # Note: The OAuth certificate is one for the whole deployment and arrives by replication.
    Write-Host 'Put the server''s certificates with their private keys into the computer''s Personal store: import the saved ones with the Certificates MMC snap-in, or re-enrol with the internal CA. Do not request an OAuthTokenIssuer certificate.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    Invoke-Shown -Command { Get-ChildItem -Path 'Cert:\LocalMachine\My' | Select-Object -Property @('Subject', 'HasPrivateKey', 'DnsNameList') | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show at least one object: HasPrivateKey is True and DnsNameList contains fe03.contoso.com?'
}

# ---- New Windows installation of every member server
if (Test-Step -Id 'restore-member/mem-bare.5@fe01.contoso.com' -Title 'Take a system image: fe01.contoso.com' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Write-Host 'Take an image of the system now, after Windows and certificates and before anything is restored, and check that it can be read. It is the way back.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
}

# ---- New Windows installation of every member server
if (Test-Step -Id 'restore-member/mem-bare.5@fe02.contoso.com' -Title 'Take a system image: fe02.contoso.com' -RunOn 'fe02.contoso.com' -Account 'lync-admin') {
    Write-Host 'Take an image of the system now, after Windows and certificates and before anything is restored, and check that it can be read. It is the way back.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
}

# ---- New Windows installation of every member server
if (Test-Step -Id 'restore-member/mem-bare.5@fe03.contoso.com' -Title 'Take a system image: fe03.contoso.com' -RunOn 'fe03.contoso.com' -Account 'lync-admin') {
    Write-Host 'Take an image of the system now, after Windows and certificates and before anything is restored, and check that it can be read. It is the way back.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
}

# ---- Restore every member
if (Test-Step -Id 'restore-member/mem-registry.1@fe01.contoso.com' -Title 'Copy the saved Schannel values to the server: fe01.contoso.com' -RunOn 'fe01.contoso.com' -Account 'lync-admin' -Look 'on fe01.contoso.com run: certutil ''-hashfile'' ''C:\Restore\Schannel-fe01.contoso.com.reg'' ''SHA256'' | Out-Host; if it shows at least one object: the value contains fe03368d0d34799b17efe3936fdef274a137dcf06b0f6cc5b4a0a62575c7541d, the step has had its effect') {
    Confirm-Check -Question 'Before: every server of the plan answers and accepts the account?'
    Confirm-Check -Question 'Before: the account is in the groups the steps need?'
    Confirm-Check -Question 'Before: the replacement server is clean?'
    Confirm-Check -Question 'Before: the server has the name in the topology?'
    Confirm-Check -Question 'Before: the server has the Windows of its pool?'
    Confirm-Check -Question 'Before: the servers have enough free disk space?'
    Confirm-Check -Question 'Before: windows Firewall runs before Lync''s services start?'
    Confirm-Check -Question 'Before: certificates exist with private key, names, chain and dates?'
    Confirm-Check -Question 'Before: trusted Root holds root certificates only?'
    Confirm-Check -Question 'Before: the server has the deployment''s Schannel setting?'
    Confirm-Check -Question 'Before: the clocks agree?'
    Confirm-Check -Question 'Before: the session reaches the backup share?'
    Invoke-Shown -Command { New-Item -ItemType 'Directory' -Path 'C:\Restore' -Force | Out-Host }
    Invoke-Shown -Command { Copy-Item -LiteralPath '\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\Settings\Schannel\fe01.contoso.com.reg' -Destination 'C:\Restore\Schannel-fe01.contoso.com.reg' | Out-Host }
    Invoke-Shown -Command { certutil '-hashfile' 'C:\Restore\Schannel-fe01.contoso.com.reg' 'SHA256' | Out-Host }
    Confirm-Check -Question 'Verify: does it show at least one object: the value contains fe03368d0d34799b17efe3936fdef274a137dcf06b0f6cc5b4a0a62575c7541d?'
}

# ---- Restore every member
if (Test-Step -Id 'restore-member/mem-registry.1@fe02.contoso.com' -Title 'Copy the saved Schannel values to the server: fe02.contoso.com' -RunOn 'fe02.contoso.com' -Account 'lync-admin' -Look 'on fe02.contoso.com run: certutil ''-hashfile'' ''C:\Restore\Schannel-fe02.contoso.com.reg'' ''SHA256'' | Out-Host; if it shows at least one object: the value contains fe03368d0d34799b17efe3936fdef274a137dcf06b0f6cc5b4a0a62575c7541d, the step has had its effect') {
    Confirm-Check -Question 'Before: every server of the plan answers and accepts the account?'
    Confirm-Check -Question 'Before: the account is in the groups the steps need?'
    Confirm-Check -Question 'Before: the replacement server is clean?'
    Confirm-Check -Question 'Before: the server has the name in the topology?'
    Confirm-Check -Question 'Before: the server has the Windows of its pool?'
    Confirm-Check -Question 'Before: the servers have enough free disk space?'
    Confirm-Check -Question 'Before: windows Firewall runs before Lync''s services start?'
    Confirm-Check -Question 'Before: certificates exist with private key, names, chain and dates?'
    Confirm-Check -Question 'Before: trusted Root holds root certificates only?'
    Confirm-Check -Question 'Before: the server has the deployment''s Schannel setting?'
    Confirm-Check -Question 'Before: the clocks agree?'
    Confirm-Check -Question 'Before: the session reaches the backup share?'
    Invoke-Shown -Command { New-Item -ItemType 'Directory' -Path 'C:\Restore' -Force | Out-Host }
    Invoke-Shown -Command { Copy-Item -LiteralPath '\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\Settings\Schannel\fe02.contoso.com.reg' -Destination 'C:\Restore\Schannel-fe02.contoso.com.reg' | Out-Host }
    Invoke-Shown -Command { certutil '-hashfile' 'C:\Restore\Schannel-fe02.contoso.com.reg' 'SHA256' | Out-Host }
    Confirm-Check -Question 'Verify: does it show at least one object: the value contains fe03368d0d34799b17efe3936fdef274a137dcf06b0f6cc5b4a0a62575c7541d?'
}

# ---- Restore every member
if (Test-Step -Id 'restore-member/mem-registry.1@fe03.contoso.com' -Title 'Copy the saved Schannel values to the server: fe03.contoso.com' -RunOn 'fe03.contoso.com' -Account 'lync-admin' -Look 'on fe03.contoso.com run: certutil ''-hashfile'' ''C:\Restore\Schannel-fe03.contoso.com.reg'' ''SHA256'' | Out-Host; if it shows at least one object: the value contains fe03368d0d34799b17efe3936fdef274a137dcf06b0f6cc5b4a0a62575c7541d, the step has had its effect') {
    Confirm-Check -Question 'Before: every server of the plan answers and accepts the account?'
    Confirm-Check -Question 'Before: the account is in the groups the steps need?'
    Confirm-Check -Question 'Before: the replacement server is clean?'
    Confirm-Check -Question 'Before: the server has the name in the topology?'
    Confirm-Check -Question 'Before: the server has the Windows of its pool?'
    Confirm-Check -Question 'Before: the servers have enough free disk space?'
    Confirm-Check -Question 'Before: windows Firewall runs before Lync''s services start?'
    Confirm-Check -Question 'Before: certificates exist with private key, names, chain and dates?'
    Confirm-Check -Question 'Before: trusted Root holds root certificates only?'
    Confirm-Check -Question 'Before: the server has the deployment''s Schannel setting?'
    Confirm-Check -Question 'Before: the clocks agree?'
    Confirm-Check -Question 'Before: the session reaches the backup share?'
    Invoke-Shown -Command { New-Item -ItemType 'Directory' -Path 'C:\Restore' -Force | Out-Host }
    Invoke-Shown -Command { Copy-Item -LiteralPath '\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\Settings\Schannel\fe03.contoso.com.reg' -Destination 'C:\Restore\Schannel-fe03.contoso.com.reg' | Out-Host }
    Invoke-Shown -Command { certutil '-hashfile' 'C:\Restore\Schannel-fe03.contoso.com.reg' 'SHA256' | Out-Host }
    Confirm-Check -Question 'Verify: does it show at least one object: the value contains fe03368d0d34799b17efe3936fdef274a137dcf06b0f6cc5b4a0a62575c7541d?'
}

# ---- Restore every member
if (Test-Step -Id 'restore-member/mem-registry.2@fe01.contoso.com' -Title 'Put back the Schannel values that differ: fe01.contoso.com' -RunOn 'fe01.contoso.com' -Account 'lync-admin' -Look 'on fe01.contoso.com run: reg ''query'' ''HKLM\SYSTEM\CurrentControlSet\Control\SecurityProviders\SCHANNEL'' ''/s'' | Out-Host; if it shows for each of them one object: the value contains EventLogging    REG_DWORD    0x3, Enabled    REG_DWORD    0x0, DisabledByDefault    REG_DWORD    0x1, the step has had its effect' -Undo 'set each value manually to what the confirmation showed') {
    # Note: Values that the new Windows has beside them stay. A value that only this server must not have is left out by skipping this step with a reason.
    # Note: Schannel reads its protocols when Windows starts; restart the server before Lync is installed.
    Confirm-Check -Question 'Before: what differs from the saved values?'
    Invoke-Shown -Command { reg 'import' 'C:\Restore\Schannel-fe01.contoso.com.reg' | Out-Host }
    Assert-ExitCode -Low 0 -High 0
    Invoke-Shown -Command { reg 'query' 'HKLM\SYSTEM\CurrentControlSet\Control\SecurityProviders\SCHANNEL' '/s' | Out-Host }
    Confirm-Check -Question 'Verify: does it show for each of them one object: the value contains EventLogging    REG_DWORD    0x3, Enabled    REG_DWORD    0x0, DisabledByDefault    REG_DWORD    0x1?'
    # To undo: set each value manually to what the confirmation showed
}

# ---- Restore every member
if (Test-Step -Id 'restore-member/mem-registry.2@fe02.contoso.com' -Title 'Put back the Schannel values that differ: fe02.contoso.com' -RunOn 'fe02.contoso.com' -Account 'lync-admin' -Look 'on fe02.contoso.com run: reg ''query'' ''HKLM\SYSTEM\CurrentControlSet\Control\SecurityProviders\SCHANNEL'' ''/s'' | Out-Host; if it shows for each of them one object: the value contains EventLogging    REG_DWORD    0x3, Enabled    REG_DWORD    0x0, DisabledByDefault    REG_DWORD    0x1, the step has had its effect' -Undo 'set each value manually to what the confirmation showed') {
    # Note: Values that the new Windows has beside them stay. A value that only this server must not have is left out by skipping this step with a reason.
    # Note: Schannel reads its protocols when Windows starts; restart the server before Lync is installed.
    Confirm-Check -Question 'Before: what differs from the saved values?'
    Invoke-Shown -Command { reg 'import' 'C:\Restore\Schannel-fe02.contoso.com.reg' | Out-Host }
    Assert-ExitCode -Low 0 -High 0
    Invoke-Shown -Command { reg 'query' 'HKLM\SYSTEM\CurrentControlSet\Control\SecurityProviders\SCHANNEL' '/s' | Out-Host }
    Confirm-Check -Question 'Verify: does it show for each of them one object: the value contains EventLogging    REG_DWORD    0x3, Enabled    REG_DWORD    0x0, DisabledByDefault    REG_DWORD    0x1?'
    # To undo: set each value manually to what the confirmation showed
}

# ---- Restore every member
if (Test-Step -Id 'restore-member/mem-registry.2@fe03.contoso.com' -Title 'Put back the Schannel values that differ: fe03.contoso.com' -RunOn 'fe03.contoso.com' -Account 'lync-admin' -Look 'on fe03.contoso.com run: reg ''query'' ''HKLM\SYSTEM\CurrentControlSet\Control\SecurityProviders\SCHANNEL'' ''/s'' | Out-Host; if it shows for each of them one object: the value contains EventLogging    REG_DWORD    0x3, Enabled    REG_DWORD    0x0, DisabledByDefault    REG_DWORD    0x1, the step has had its effect' -Undo 'set each value manually to what the confirmation showed') {
    # Note: Values that the new Windows has beside them stay. A value that only this server must not have is left out by skipping this step with a reason.
    # Note: Schannel reads its protocols when Windows starts; restart the server before Lync is installed.
    Confirm-Check -Question 'Before: what differs from the saved values?'
    Invoke-Shown -Command { reg 'import' 'C:\Restore\Schannel-fe03.contoso.com.reg' | Out-Host }
    Assert-ExitCode -Low 0 -High 0
    Invoke-Shown -Command { reg 'query' 'HKLM\SYSTEM\CurrentControlSet\Control\SecurityProviders\SCHANNEL' '/s' | Out-Host }
    Confirm-Check -Question 'Verify: does it show for each of them one object: the value contains EventLogging    REG_DWORD    0x3, Enabled    REG_DWORD    0x0, DisabledByDefault    REG_DWORD    0x1?'
    # To undo: set each value manually to what the confirmation showed
}

# ---- Restore every member
if (Test-Step -Id 'restore-member/mem-setup.1@fe01.contoso.com' -Title 'Check that the server is ready for setup: fe01.contoso.com' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    # Note: What could not be checked on the lost server at the start is checked here.
    Invoke-Shown -Command { Get-CimInstance -ClassName 'Win32_OperatingSystem' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show the number of objects is at least 1?'
}

# ---- Restore every member
if (Test-Step -Id 'restore-member/mem-setup.1@fe02.contoso.com' -Title 'Check that the server is ready for setup: fe02.contoso.com' -RunOn 'fe02.contoso.com' -Account 'lync-admin') {
    # Note: What could not be checked on the lost server at the start is checked here.
    Invoke-Shown -Command { Get-CimInstance -ClassName 'Win32_OperatingSystem' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show the number of objects is at least 1?'
}

# ---- Restore every member
if (Test-Step -Id 'restore-member/mem-setup.1@fe03.contoso.com' -Title 'Check that the server is ready for setup: fe03.contoso.com' -RunOn 'fe03.contoso.com' -Account 'lync-admin') {
    # Note: What could not be checked on the lost server at the start is checked here.
    Invoke-Shown -Command { Get-CimInstance -ClassName 'Win32_OperatingSystem' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show the number of objects is at least 1?'
}

# ---- Restore every member
if (Test-Step -Id 'restore-member/mem-setup.2@fe01.contoso.com' -Title 'Start the Deployment Wizard: fe01.contoso.com' -RunOn 'fe01.contoso.com' -Account 'lync-admin' -Look 'on fe01.contoso.com run: Get-Module -ListAvailable -Name @(''Lync'', ''SkypeForBusiness'') | Format-List -Property ''*'' | Out-Host; if it shows at least one object: Name is one of Lync, SkypeForBusiness, the step has had its effect') {
    Write-Host 'On fe01.contoso.com start \setup\amd64\Setup.exe from the Lync media. Confirm the Visual C++ redistributable, the installation location (as on the other servers) and the licence terms, until the Deployment Wizard opens: from then on the core components and the management shell are there.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    Invoke-Shown -Command { Get-Module -ListAvailable -Name @('Lync', 'SkypeForBusiness') | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show at least one object: Name is one of Lync, SkypeForBusiness?'
}

# ---- Restore every member
if (Test-Step -Id 'restore-member/mem-setup.2@fe02.contoso.com' -Title 'Start the Deployment Wizard: fe02.contoso.com' -RunOn 'fe02.contoso.com' -Account 'lync-admin' -Look 'on fe02.contoso.com run: Get-Module -ListAvailable -Name @(''Lync'', ''SkypeForBusiness'') | Format-List -Property ''*'' | Out-Host; if it shows at least one object: Name is one of Lync, SkypeForBusiness, the step has had its effect') {
    Write-Host 'On fe02.contoso.com start \setup\amd64\Setup.exe from the Lync media. Confirm the Visual C++ redistributable, the installation location (as on the other servers) and the licence terms, until the Deployment Wizard opens: from then on the core components and the management shell are there.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    Invoke-Shown -Command { Get-Module -ListAvailable -Name @('Lync', 'SkypeForBusiness') | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show at least one object: Name is one of Lync, SkypeForBusiness?'
}

# ---- Restore every member
if (Test-Step -Id 'restore-member/mem-setup.2@fe03.contoso.com' -Title 'Start the Deployment Wizard: fe03.contoso.com' -RunOn 'fe03.contoso.com' -Account 'lync-admin' -Look 'on fe03.contoso.com run: Get-Module -ListAvailable -Name @(''Lync'', ''SkypeForBusiness'') | Format-List -Property ''*'' | Out-Host; if it shows at least one object: Name is one of Lync, SkypeForBusiness, the step has had its effect') {
    Write-Host 'On fe03.contoso.com start \setup\amd64\Setup.exe from the Lync media. Confirm the Visual C++ redistributable, the installation location (as on the other servers) and the licence terms, until the Deployment Wizard opens: from then on the core components and the management shell are there.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    Invoke-Shown -Command { Get-Module -ListAvailable -Name @('Lync', 'SkypeForBusiness') | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show at least one object: Name is one of Lync, SkypeForBusiness?'
}

# ---- Restore every member
if (Test-Step -Id 'restore-member/mem-step1.1@fe01.contoso.com' -Title 'Step 1: Install Local Configuration Store: fe01.contoso.com' -RunOn 'fe01.contoso.com' -Account 'lync-admin' -Look 'on fe01.contoso.com run: Get-CsTopology -LocalStore | Out-Host; if it shows the number of objects is at least 1, the step has had its effect') {
    Write-Host 'On dir01.contoso.com as lync-admin run: Get-CsComputer -Identity ''fe01.contoso.com'' | Format-List -Property ''*'' | Out-Host'
    Confirm-Check -Question 'Before: the server''s name is in the topology: does it show at least one object: Fqdn is the host fe01.contoso.com?'
    Invoke-Shown -Command { Get-ItemProperty -LiteralPath 'HKLM:\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Before: the server has exactly that name: does it show every object: Hostname is fe01 and Domain is contoso.com?'
    Write-Host 'On fe01.contoso.com, in the Deployment Wizard: Install or Update Lync Server System, Step 1: Install Local Configuration Store, Run, Retrieve directly from the Central Management store, Next, Finish. Look for the green check mark.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    Invoke-Shown -Command { Get-CsTopology -LocalStore | Out-Host }
    Confirm-Check -Question 'Verify: does it show the number of objects is at least 1?'
}

# ---- Restore every member
if (Test-Step -Id 'restore-member/mem-step1.1@fe02.contoso.com' -Title 'Step 1: Install Local Configuration Store: fe02.contoso.com' -RunOn 'fe02.contoso.com' -Account 'lync-admin' -Look 'on fe02.contoso.com run: Get-CsTopology -LocalStore | Out-Host; if it shows the number of objects is at least 1, the step has had its effect') {
    Write-Host 'On dir01.contoso.com as lync-admin run: Get-CsComputer -Identity ''fe02.contoso.com'' | Format-List -Property ''*'' | Out-Host'
    Confirm-Check -Question 'Before: the server''s name is in the topology: does it show at least one object: Fqdn is the host fe02.contoso.com?'
    Invoke-Shown -Command { Get-ItemProperty -LiteralPath 'HKLM:\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Before: the server has exactly that name: does it show every object: Hostname is fe02 and Domain is contoso.com?'
    Write-Host 'On fe02.contoso.com, in the Deployment Wizard: Install or Update Lync Server System, Step 1: Install Local Configuration Store, Run, Retrieve directly from the Central Management store, Next, Finish. Look for the green check mark.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    Invoke-Shown -Command { Get-CsTopology -LocalStore | Out-Host }
    Confirm-Check -Question 'Verify: does it show the number of objects is at least 1?'
}

# ---- Restore every member
if (Test-Step -Id 'restore-member/mem-step1.1@fe03.contoso.com' -Title 'Step 1: Install Local Configuration Store: fe03.contoso.com' -RunOn 'fe03.contoso.com' -Account 'lync-admin' -Look 'on fe03.contoso.com run: Get-CsTopology -LocalStore | Out-Host; if it shows the number of objects is at least 1, the step has had its effect') {
    Write-Host 'On dir01.contoso.com as lync-admin run: Get-CsComputer -Identity ''fe03.contoso.com'' | Format-List -Property ''*'' | Out-Host'
    Confirm-Check -Question 'Before: the server''s name is in the topology: does it show at least one object: Fqdn is the host fe03.contoso.com?'
    Invoke-Shown -Command { Get-ItemProperty -LiteralPath 'HKLM:\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Before: the server has exactly that name: does it show every object: Hostname is fe03 and Domain is contoso.com?'
    Write-Host 'On fe03.contoso.com, in the Deployment Wizard: Install or Update Lync Server System, Step 1: Install Local Configuration Store, Run, Retrieve directly from the Central Management store, Next, Finish. Look for the green check mark.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    Invoke-Shown -Command { Get-CsTopology -LocalStore | Out-Host }
    Confirm-Check -Question 'Verify: does it show the number of objects is at least 1?'
}

# ---- Restore every member
if (Test-Step -Id 'restore-member/mem-step2@fe01.contoso.com' -Title 'Step 2: install the role: fe01.contoso.com' -RunOn 'fe01.contoso.com' -Account 'lync-admin' -Look 'on fe01.contoso.com run: Get-CsWindowsService | Format-List -Property ''*'' | Out-Host; if it shows at least one object: Name is RTCSRV, the step has had its effect') {
    Write-Host 'Step 2: Setup or Remove Lync Server Components, Run. It installs the roles that the published topology names for fe01.contoso.com. Review the log, Finish. If it asks for a restart, restart and run step 2 again.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    Invoke-Shown -Command { Get-CsWindowsService | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show at least one object: Name is RTCSRV?'
}

# ---- Restore every member
if (Test-Step -Id 'restore-member/mem-step2@fe02.contoso.com' -Title 'Step 2: install the role: fe02.contoso.com' -RunOn 'fe02.contoso.com' -Account 'lync-admin' -Look 'on fe02.contoso.com run: Get-CsWindowsService | Format-List -Property ''*'' | Out-Host; if it shows at least one object: Name is RTCSRV, the step has had its effect') {
    Write-Host 'Step 2: Setup or Remove Lync Server Components, Run. It installs the roles that the published topology names for fe02.contoso.com. Review the log, Finish. If it asks for a restart, restart and run step 2 again.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    Invoke-Shown -Command { Get-CsWindowsService | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show at least one object: Name is RTCSRV?'
}

# ---- Restore every member
if (Test-Step -Id 'restore-member/mem-step2@fe03.contoso.com' -Title 'Step 2: install the role: fe03.contoso.com' -RunOn 'fe03.contoso.com' -Account 'lync-admin' -Look 'on fe03.contoso.com run: Get-CsWindowsService | Format-List -Property ''*'' | Out-Host; if it shows at least one object: Name is RTCSRV, the step has had its effect') {
    Write-Host 'Step 2: Setup or Remove Lync Server Components, Run. It installs the roles that the published topology names for fe03.contoso.com. Review the log, Finish. If it asks for a restart, restart and run step 2 again.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    Invoke-Shown -Command { Get-CsWindowsService | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show at least one object: Name is RTCSRV?'
}

# ---- Restore every member
if (Test-Step -Id 'restore-member/mem-update@fe01.contoso.com' -Title 'Bring the server to the cumulative update (CU) version of the other servers: fe01.contoso.com' -RunOn 'fe01.contoso.com' -Account 'lync-admin' -Look 'on fe01.contoso.com run: Get-ItemProperty -Path ''HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall\*'' | Format-List -Property ''*'' | Out-Host; if it shows at least one object: DisplayName contains Server 2013, Core Components and DisplayVersion is 5.0.8308.887, the step has had its effect') {
    Write-Host 'Close the Deployment Wizard. Install on fe01.contoso.com the cumulative update that the other servers have, so that Programs and Features shows 5.0.8308.887; restart the server if it asks for it.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    Invoke-Shown -Command { Get-ItemProperty -Path 'HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall\*' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show at least one object: DisplayName contains Server 2013, Core Components and DisplayVersion is 5.0.8308.887?'
}

# ---- Restore every member
if (Test-Step -Id 'restore-member/mem-update@fe02.contoso.com' -Title 'Bring the server to the cumulative update (CU) version of the other servers: fe02.contoso.com' -RunOn 'fe02.contoso.com' -Account 'lync-admin' -Look 'on fe02.contoso.com run: Get-ItemProperty -Path ''HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall\*'' | Format-List -Property ''*'' | Out-Host; if it shows at least one object: DisplayName contains Server 2013, Core Components and DisplayVersion is 5.0.8308.887, the step has had its effect') {
    Write-Host 'Close the Deployment Wizard. Install on fe02.contoso.com the cumulative update that the other servers have, so that Programs and Features shows 5.0.8308.887; restart the server if it asks for it.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    Invoke-Shown -Command { Get-ItemProperty -Path 'HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall\*' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show at least one object: DisplayName contains Server 2013, Core Components and DisplayVersion is 5.0.8308.887?'
}

# ---- Restore every member
if (Test-Step -Id 'restore-member/mem-update@fe03.contoso.com' -Title 'Bring the server to the cumulative update (CU) version of the other servers: fe03.contoso.com' -RunOn 'fe03.contoso.com' -Account 'lync-admin' -Look 'on fe03.contoso.com run: Get-ItemProperty -Path ''HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall\*'' | Format-List -Property ''*'' | Out-Host; if it shows at least one object: DisplayName contains Server 2013, Core Components and DisplayVersion is 5.0.8308.887, the step has had its effect') {
    Write-Host 'Close the Deployment Wizard. Install on fe03.contoso.com the cumulative update that the other servers have, so that Programs and Features shows 5.0.8308.887; restart the server if it asks for it.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    Invoke-Shown -Command { Get-ItemProperty -Path 'HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall\*' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show at least one object: DisplayName contains Server 2013, Core Components and DisplayVersion is 5.0.8308.887?'
}

# ---- Restore every member
if (Test-Step -Id 'restore-member/mem-step3.1@fe01.contoso.com' -Title 'Assign the certificate: fe01.contoso.com' -RunOn 'fe01.contoso.com' -Account 'lync-admin' -Look 'on fe01.contoso.com run: Get-CsCertificate -Type @(''Default'', ''WebServicesInternal'', ''WebServicesExternal'') | Format-List -Property ''*'' | Out-Host; if it shows for each of them one object: Use is Default, WebServicesInternal, WebServicesExternal, the step has had its effect' -Undo 'assign another certificate') {
    # Note: A recorded certificate comes first, else one with private key, valid dates and the right names; its subject and expiry are shown.
    Invoke-Shown -Command { Get-ChildItem -Path 'Cert:\LocalMachine\My' | Select-Object -Property @('Thumbprint', 'Subject', 'NotBefore', 'NotAfter', 'HasPrivateKey', 'DnsNameList') | Format-List -Property '*' | Out-Host }
    $Read_Thumbprint = Read-Value -Question 'Thumbprint (from fe01.contoso.com)'
    Write-Host 'Step 3: Request, Install or Assign Certificates, Run. Assign the restored certificates to every usage that is shown; on an Edge Server the internal one and the external one. Never request OAuthTokenIssuer on a rebuilt server; it arrives by replication. Finished when the status is Assigned.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    Invoke-Shown -Command { Get-CsCertificate -Type @('Default', 'WebServicesInternal', 'WebServicesExternal') | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show for each of them one object: Use is Default, WebServicesInternal, WebServicesExternal?'
    # To undo: assign another certificate
}

# ---- Restore every member
if (Test-Step -Id 'restore-member/mem-step3.1@fe02.contoso.com' -Title 'Assign the certificate: fe02.contoso.com' -RunOn 'fe02.contoso.com' -Account 'lync-admin' -Look 'on fe02.contoso.com run: Get-CsCertificate -Type @(''Default'', ''WebServicesInternal'', ''WebServicesExternal'') | Format-List -Property ''*'' | Out-Host; if it shows for each of them one object: Use is Default, WebServicesInternal, WebServicesExternal, the step has had its effect' -Undo 'assign another certificate') {
    # Note: A recorded certificate comes first, else one with private key, valid dates and the right names; its subject and expiry are shown.
    Invoke-Shown -Command { Get-ChildItem -Path 'Cert:\LocalMachine\My' | Select-Object -Property @('Thumbprint', 'Subject', 'NotBefore', 'NotAfter', 'HasPrivateKey', 'DnsNameList') | Format-List -Property '*' | Out-Host }
    $Read_Thumbprint = Read-Value -Question 'Thumbprint (from fe02.contoso.com)'
    Write-Host 'Step 3: Request, Install or Assign Certificates, Run. Assign the restored certificates to every usage that is shown; on an Edge Server the internal one and the external one. Never request OAuthTokenIssuer on a rebuilt server; it arrives by replication. Finished when the status is Assigned.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    Invoke-Shown -Command { Get-CsCertificate -Type @('Default', 'WebServicesInternal', 'WebServicesExternal') | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show for each of them one object: Use is Default, WebServicesInternal, WebServicesExternal?'
    # To undo: assign another certificate
}

# ---- Restore every member
if (Test-Step -Id 'restore-member/mem-step3.1@fe03.contoso.com' -Title 'Assign the certificate: fe03.contoso.com' -RunOn 'fe03.contoso.com' -Account 'lync-admin' -Look 'on fe03.contoso.com run: Get-CsCertificate -Type @(''Default'', ''WebServicesInternal'', ''WebServicesExternal'') | Format-List -Property ''*'' | Out-Host; if it shows for each of them one object: Use is Default, WebServicesInternal, WebServicesExternal, the step has had its effect' -Undo 'assign another certificate') {
    # Note: A recorded certificate comes first, else one with private key, valid dates and the right names; its subject and expiry are shown.
    Invoke-Shown -Command { Get-ChildItem -Path 'Cert:\LocalMachine\My' | Select-Object -Property @('Thumbprint', 'Subject', 'NotBefore', 'NotAfter', 'HasPrivateKey', 'DnsNameList') | Format-List -Property '*' | Out-Host }
    $Read_Thumbprint = Read-Value -Question 'Thumbprint (from fe03.contoso.com)'
    Write-Host 'Step 3: Request, Install or Assign Certificates, Run. Assign the restored certificates to every usage that is shown; on an Edge Server the internal one and the external one. Never request OAuthTokenIssuer on a rebuilt server; it arrives by replication. Finished when the status is Assigned.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    Invoke-Shown -Command { Get-CsCertificate -Type @('Default', 'WebServicesInternal', 'WebServicesExternal') | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show for each of them one object: Use is Default, WebServicesInternal, WebServicesExternal?'
    # To undo: assign another certificate
}

# ---- Restore every member
if (Test-Step -Id 'restore-member/mem-step3.4@fe01.contoso.com' -Title 'Check that the server has the deployment''s OAuth certificate: fe01.contoso.com' -RunOn 'fe01.contoso.com' -Account 'lync-admin' -Look 'on fe01.contoso.com run: Get-CsCertificate -Type @(''OAuthTokenIssuer'') | Out-Host; if it shows the number of objects is at least 1 (within 15 min), the step has had its effect') {
    # Note: Never request a new one on a rebuilt server; it is one certificate for the whole deployment.
    Confirm-Check -Question 'Before: the Lync module is installed?'
    Confirm-Check -Question 'Before: sessions read the Central Management store from the server?'
    Confirm-Check -Question 'Before: every cmdlet and parameter of the plan exists there?'
    Invoke-Shown -Command { Get-CsCertificate -Type @('OAuthTokenIssuer') | Format-List -Property '*' | Out-Host }
    Invoke-Shown -Command { Get-CsCertificate -Type @('OAuthTokenIssuer') | Out-Host }
    Confirm-Check -Question 'Verify: does it show the number of objects is at least 1 (within 15 min)?'
}

# ---- Restore every member
if (Test-Step -Id 'restore-member/mem-step3.4@fe02.contoso.com' -Title 'Check that the server has the deployment''s OAuth certificate: fe02.contoso.com' -RunOn 'fe02.contoso.com' -Account 'lync-admin' -Look 'on fe02.contoso.com run: Get-CsCertificate -Type @(''OAuthTokenIssuer'') | Out-Host; if it shows the number of objects is at least 1 (within 15 min), the step has had its effect') {
    # Note: Never request a new one on a rebuilt server; it is one certificate for the whole deployment.
    Confirm-Check -Question 'Before: the Lync module is installed?'
    Confirm-Check -Question 'Before: sessions read the Central Management store from the server?'
    Confirm-Check -Question 'Before: every cmdlet and parameter of the plan exists there?'
    Invoke-Shown -Command { Get-CsCertificate -Type @('OAuthTokenIssuer') | Format-List -Property '*' | Out-Host }
    Invoke-Shown -Command { Get-CsCertificate -Type @('OAuthTokenIssuer') | Out-Host }
    Confirm-Check -Question 'Verify: does it show the number of objects is at least 1 (within 15 min)?'
}

# ---- Restore every member
if (Test-Step -Id 'restore-member/mem-step3.4@fe03.contoso.com' -Title 'Check that the server has the deployment''s OAuth certificate: fe03.contoso.com' -RunOn 'fe03.contoso.com' -Account 'lync-admin' -Look 'on fe03.contoso.com run: Get-CsCertificate -Type @(''OAuthTokenIssuer'') | Out-Host; if it shows the number of objects is at least 1 (within 15 min), the step has had its effect') {
    # Note: Never request a new one on a rebuilt server; it is one certificate for the whole deployment.
    Confirm-Check -Question 'Before: the Lync module is installed?'
    Confirm-Check -Question 'Before: sessions read the Central Management store from the server?'
    Confirm-Check -Question 'Before: every cmdlet and parameter of the plan exists there?'
    Invoke-Shown -Command { Get-CsCertificate -Type @('OAuthTokenIssuer') | Format-List -Property '*' | Out-Host }
    Invoke-Shown -Command { Get-CsCertificate -Type @('OAuthTokenIssuer') | Out-Host }
    Confirm-Check -Question 'Verify: does it show the number of objects is at least 1 (within 15 min)?'
}

# ---- Restore user data
if (Test-Step -Id 'restore-backend/be-userdata.1' -Title 'Copy the export to the importing server and check it' -RunOn 'dir01.contoso.com' -Account 'lync-admin' -Look 'on dir01.contoso.com run: certutil ''-hashfile'' ''C:\Restore\UserData\pool01.contoso.com.zip'' ''SHA256'' | Out-Host; if it shows at least one object: the value contains 3455cc849dc7ec435a6856b761105f2a3d4a16269fb5c98a2a5dff8cc1b33d3f, the step has had its effect') {
    Confirm-Check -Question 'Before: the session reaches the backup share?'
    Invoke-Shown -Command { robocopy '\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\UserData' 'C:\Restore\UserData' 'pool01.contoso.com.zip' '/COPY:DAT' '/R:2' '/W:5' | Out-Host }
    Assert-ExitCode -Low 0 -High 7
    Invoke-Shown -Command { certutil '-hashfile' 'C:\Restore\UserData\pool01.contoso.com.zip' 'SHA256' | Out-Host }
    Confirm-Check -Question 'Verify: does it show at least one object: the value contains 3455cc849dc7ec435a6856b761105f2a3d4a16269fb5c98a2a5dff8cc1b33d3f?'
}

# ---- Restore user data
if (Test-Step -Id 'restore-backend/be-userdata.2@fe01.contoso.com' -Title 'Stop the Lync services: fe01.contoso.com' -RunOn 'dir01.contoso.com' -Account 'lync-admin' -Look 'on dir01.contoso.com run: Get-CsWindowsService -ComputerName ''fe01.contoso.com'' | Format-List -Property ''*'' | Out-Host; if it shows every object: Status is Stopped (within 10 min), the step has had its effect' -Undo 'Start-CsWindowsService -ComputerName fe01.contoso.com -NoWait, on every Front End Server') {
    # Note: Front End Servers must not run with an empty user store.
    Confirm-Harm -Harm 'stops Lync on fe01.contoso.com; the pool is without service until all of its servers are started again' -Name 'fe01.contoso.com'
    Invoke-Shown -Command { Stop-CsWindowsService -ComputerName 'fe01.contoso.com' -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-CsWindowsService -ComputerName 'fe01.contoso.com' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Status is Stopped (within 10 min)?'
    # To undo: Start-CsWindowsService -ComputerName fe01.contoso.com -NoWait, on every Front End Server
}

# ---- Restore user data
if (Test-Step -Id 'restore-backend/be-userdata.2@fe02.contoso.com' -Title 'Stop the Lync services: fe02.contoso.com' -RunOn 'dir01.contoso.com' -Account 'lync-admin' -Look 'on dir01.contoso.com run: Get-CsWindowsService -ComputerName ''fe02.contoso.com'' | Format-List -Property ''*'' | Out-Host; if it shows every object: Status is Stopped (within 10 min), the step has had its effect' -Undo 'Start-CsWindowsService -ComputerName fe02.contoso.com -NoWait, on every Front End Server') {
    # Note: Front End Servers must not run with an empty user store.
    Confirm-Harm -Harm 'stops Lync on fe02.contoso.com; the pool is without service until all of its servers are started again' -Name 'fe02.contoso.com'
    Invoke-Shown -Command { Stop-CsWindowsService -ComputerName 'fe02.contoso.com' -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-CsWindowsService -ComputerName 'fe02.contoso.com' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Status is Stopped (within 10 min)?'
    # To undo: Start-CsWindowsService -ComputerName fe02.contoso.com -NoWait, on every Front End Server
}

# ---- Restore user data
if (Test-Step -Id 'restore-backend/be-userdata.2@fe03.contoso.com' -Title 'Stop the Lync services: fe03.contoso.com' -RunOn 'dir01.contoso.com' -Account 'lync-admin' -Look 'on dir01.contoso.com run: Get-CsWindowsService -ComputerName ''fe03.contoso.com'' | Format-List -Property ''*'' | Out-Host; if it shows every object: Status is Stopped (within 10 min), the step has had its effect' -Undo 'Start-CsWindowsService -ComputerName fe03.contoso.com -NoWait, on every Front End Server') {
    # Note: Front End Servers must not run with an empty user store.
    Confirm-Harm -Harm 'stops Lync on fe03.contoso.com; the pool is without service until all of its servers are started again' -Name 'fe03.contoso.com'
    Invoke-Shown -Command { Stop-CsWindowsService -ComputerName 'fe03.contoso.com' -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-CsWindowsService -ComputerName 'fe03.contoso.com' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Status is Stopped (within 10 min)?'
    # To undo: Start-CsWindowsService -ComputerName fe03.contoso.com -NoWait, on every Front End Server
}

# ---- Restore user data
if (Test-Step -Id 'restore-backend/be-userdata.3' -Title 'Import the user data' -RunOn 'dir01.contoso.com' -Account 'lync-admin' -Look 'on dir01.contoso.com run: Export-CsUserData -PoolFqdn ''pool01.contoso.com'' -FileName ''C:\Restore\UserData\pool01.contoso.com-again.zip''; Get-Item -LiteralPath @(''C:\Restore\UserData\pool01.contoso.com-again.zip'', ''C:\Restore\UserData\pool01.contoso.com.zip'') | Out-Host; if it shows in the new export all that the imported one holds, the step has had its effect' -Undo 'none; import again from another set') {
    # Note: While one service of the pool still runs, the import reports success but changes nothing (pitfall P41).
    # Note: Contacts whose unified contact store mode changed since the export may be corrupted (pitfall P42).
    # Note: The pool is exported before and after the import, to a new file that is deleted, and compared with the export of the set: each time as long as an export takes. Cancelling the comparison afterwards leaves the decision to a person.
    Confirm-Check -Question 'Before: the pool is not served by its partner?'
    Confirm-Check -Question 'Before: every Lync service of the pool is stopped?'
    Confirm-Harm -Harm 'overwrites contacts and conferences of all users of pool01.contoso.com with those of the backup' -Name 'pool01.contoso.com'
    Invoke-Shown -Command { Import-CsUserData -PoolFqdn 'pool01.contoso.com' -FileName 'C:\Restore\UserData\pool01.contoso.com.zip' | Out-Host }
    Invoke-Shown -Command { Export-CsUserData -PoolFqdn 'pool01.contoso.com' -FileName 'C:\Restore\UserData\pool01.contoso.com-again.zip'; Get-Item -LiteralPath @('C:\Restore\UserData\pool01.contoso.com-again.zip', 'C:\Restore\UserData\pool01.contoso.com.zip') | Out-Host }
    Confirm-Check -Question 'Verify: does it show in the new export all that the imported one holds?'
    # To undo: none; import again from another set
}

# ---- Restore user data
if (Test-Step -Id 'restore-backend/be-userdata.4@fe01.contoso.com' -Title 'Start the Lync services at the same time (-NoWait): fe01.contoso.com' -RunOn 'dir01.contoso.com' -Account 'lync-admin') {
    # Note: A start that waits for the first server never ends; it waits for the quorum of its pool (pitfall P59).
    Invoke-Shown -Command { Start-CsWindowsService -ComputerName 'fe01.contoso.com' -NoWait -Confirm:$false | Out-Host }
}

# ---- Restore user data
if (Test-Step -Id 'restore-backend/be-userdata.4@fe02.contoso.com' -Title 'Start the Lync services at the same time (-NoWait): fe02.contoso.com' -RunOn 'dir01.contoso.com' -Account 'lync-admin') {
    # Note: A start that waits for the first server never ends; it waits for the quorum of its pool (pitfall P59).
    Invoke-Shown -Command { Start-CsWindowsService -ComputerName 'fe02.contoso.com' -NoWait -Confirm:$false | Out-Host }
}

# ---- Restore user data
if (Test-Step -Id 'restore-backend/be-userdata.4@fe03.contoso.com' -Title 'Start the Lync services at the same time (-NoWait): fe03.contoso.com' -RunOn 'dir01.contoso.com' -Account 'lync-admin') {
    # Note: A start that waits for the first server never ends; it waits for the quorum of its pool (pitfall P59).
    Invoke-Shown -Command { Start-CsWindowsService -ComputerName 'fe03.contoso.com' -NoWait -Confirm:$false | Out-Host }
}

# ---- Restore user data
if (Test-Step -Id 'restore-backend/be-userdata.5@fe01.contoso.com' -Title 'Check that every service runs: fe01.contoso.com' -RunOn 'dir01.contoso.com' -Account 'lync-admin' -Look 'on dir01.contoso.com run: Get-CsWindowsService -ComputerName ''fe01.contoso.com'' | Format-List -Property ''*'' | Out-Host; if it shows every object: Status is Running (within 60 min), the step has had its effect') {
    Invoke-Shown -Command { Get-CsWindowsService -ComputerName 'fe01.contoso.com' | Format-List -Property '*' | Out-Host }
    Invoke-Shown -Command { Get-CsWindowsService -ComputerName 'fe01.contoso.com' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Status is Running (within 60 min)?'
}

# ---- Restore user data
if (Test-Step -Id 'restore-backend/be-userdata.5@fe02.contoso.com' -Title 'Check that every service runs: fe02.contoso.com' -RunOn 'dir01.contoso.com' -Account 'lync-admin' -Look 'on dir01.contoso.com run: Get-CsWindowsService -ComputerName ''fe02.contoso.com'' | Format-List -Property ''*'' | Out-Host; if it shows every object: Status is Running (within 60 min), the step has had its effect') {
    Invoke-Shown -Command { Get-CsWindowsService -ComputerName 'fe02.contoso.com' | Format-List -Property '*' | Out-Host }
    Invoke-Shown -Command { Get-CsWindowsService -ComputerName 'fe02.contoso.com' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Status is Running (within 60 min)?'
}

# ---- Restore user data
if (Test-Step -Id 'restore-backend/be-userdata.5@fe03.contoso.com' -Title 'Check that every service runs: fe03.contoso.com' -RunOn 'dir01.contoso.com' -Account 'lync-admin' -Look 'on dir01.contoso.com run: Get-CsWindowsService -ComputerName ''fe03.contoso.com'' | Format-List -Property ''*'' | Out-Host; if it shows every object: Status is Running (within 60 min), the step has had its effect') {
    Invoke-Shown -Command { Get-CsWindowsService -ComputerName 'fe03.contoso.com' | Format-List -Property '*' | Out-Host }
    Invoke-Shown -Command { Get-CsWindowsService -ComputerName 'fe03.contoso.com' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Status is Running (within 60 min)?'
}

# ---- Restore user data
if (Test-Step -Id 'restore-backend/be-userdata.6' -Title 'Check that the user store is online' -RunOn 'dir01.contoso.com' -Account 'lync-admin') {
    Invoke-Shown -Command { Get-CsUserDatabaseState -RegistrarPool 'pool01.contoso.com' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Online is True?'
}

# ---- Restore user data
if (Test-Step -Id 'restore-backend/be-userdata.7' -Title 'Check that every Front End Server of the pool runs' -RunOn 'fe01.contoso.com' -Account 'lync-admin' -Look 'on fe01.contoso.com run: Get-Service -Name @(''RTCSRV'') -ComputerName @(''fe01.contoso.com'', ''fe02.contoso.com'', ''fe03.contoso.com'') | Format-List -Property ''*'' | Out-Host; if it shows every object: Status is Running (within 60 min), the step has had its effect') {
    # Note: The answer is for a person to read: it concerns updates, not this restore. Get-CsPoolFabricState -PoolFqdn pool01.contoso.com prints which routing group lacks replicas; look for the word missing.
    Invoke-Shown -Command { Get-CsPoolUpgradeReadinessState | Format-List -Property '*' | Out-Host }
    Invoke-Shown -Command { Get-Service -Name @('RTCSRV') -ComputerName @('fe01.contoso.com', 'fe02.contoso.com', 'fe03.contoso.com') | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Status is Running (within 60 min)?'
}

# ---- Start the pool with enough servers
if (Test-Step -Id 'pool-start.1@fe01.contoso.com' -Title 'Start the services at the same time (-NoWait): fe01.contoso.com' -RunOn 'dir01.contoso.com' -Account 'lync-admin' -Undo 'Stop-CsWindowsService -ComputerName fe01.contoso.com') {
    # Note: Servers that must run for the first start: 1 of 2, 3 of 3, 3 of 4, 4 of 5, 5 of 6, 5 of 7, 6 of 8, 7 of 9, 8 of 10, 9 of 11, 10 of 12.
    # Note: Two-server pools start both together, or in the reverse order in which they went down.
    # Note: A start without -NoWait, server after server, blocks on the first one (pitfall P59).
    Invoke-Shown -Command { Start-CsWindowsService -ComputerName 'fe01.contoso.com' -NoWait -Confirm:$false | Out-Host }
    # To undo: Stop-CsWindowsService -ComputerName fe01.contoso.com
}

# ---- Start the pool with enough servers
if (Test-Step -Id 'pool-start.1@fe02.contoso.com' -Title 'Start the services at the same time (-NoWait): fe02.contoso.com' -RunOn 'dir01.contoso.com' -Account 'lync-admin' -Undo 'Stop-CsWindowsService -ComputerName fe02.contoso.com') {
    # Note: Servers that must run for the first start: 1 of 2, 3 of 3, 3 of 4, 4 of 5, 5 of 6, 5 of 7, 6 of 8, 7 of 9, 8 of 10, 9 of 11, 10 of 12.
    # Note: Two-server pools start both together, or in the reverse order in which they went down.
    # Note: A start without -NoWait, server after server, blocks on the first one (pitfall P59).
    Invoke-Shown -Command { Start-CsWindowsService -ComputerName 'fe02.contoso.com' -NoWait -Confirm:$false | Out-Host }
    # To undo: Stop-CsWindowsService -ComputerName fe02.contoso.com
}

# ---- Start the pool with enough servers
if (Test-Step -Id 'pool-start.1@fe03.contoso.com' -Title 'Start the services at the same time (-NoWait): fe03.contoso.com' -RunOn 'dir01.contoso.com' -Account 'lync-admin' -Undo 'Stop-CsWindowsService -ComputerName fe03.contoso.com') {
    # Note: Servers that must run for the first start: 1 of 2, 3 of 3, 3 of 4, 4 of 5, 5 of 6, 5 of 7, 6 of 8, 7 of 9, 8 of 10, 9 of 11, 10 of 12.
    # Note: Two-server pools start both together, or in the reverse order in which they went down.
    # Note: A start without -NoWait, server after server, blocks on the first one (pitfall P59).
    Invoke-Shown -Command { Start-CsWindowsService -ComputerName 'fe03.contoso.com' -NoWait -Confirm:$false | Out-Host }
    # To undo: Stop-CsWindowsService -ComputerName fe03.contoso.com
}

# ---- Start the pool with enough servers
if (Test-Step -Id 'pool-start.2@fe01.contoso.com' -Title 'Check that every service runs: fe01.contoso.com' -RunOn 'dir01.contoso.com' -Account 'lync-admin' -Look 'on dir01.contoso.com run: Get-CsWindowsService -ComputerName ''fe01.contoso.com'' | Format-List -Property ''*'' | Out-Host; if it shows every object: Status is Running (within 60 min), the step has had its effect') {
    # Note: RTCSRV may be starting for up to an hour while users are placed (event 32174).
    Invoke-Shown -Command { Get-CsWindowsService -ComputerName 'fe01.contoso.com' | Format-List -Property '*' | Out-Host }
    Invoke-Shown -Command { Get-CsWindowsService -ComputerName 'fe01.contoso.com' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Status is Running (within 60 min)?'
}

# ---- Start the pool with enough servers
if (Test-Step -Id 'pool-start.2@fe02.contoso.com' -Title 'Check that every service runs: fe02.contoso.com' -RunOn 'dir01.contoso.com' -Account 'lync-admin' -Look 'on dir01.contoso.com run: Get-CsWindowsService -ComputerName ''fe02.contoso.com'' | Format-List -Property ''*'' | Out-Host; if it shows every object: Status is Running (within 60 min), the step has had its effect') {
    # Note: RTCSRV may be starting for up to an hour while users are placed (event 32174).
    Invoke-Shown -Command { Get-CsWindowsService -ComputerName 'fe02.contoso.com' | Format-List -Property '*' | Out-Host }
    Invoke-Shown -Command { Get-CsWindowsService -ComputerName 'fe02.contoso.com' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Status is Running (within 60 min)?'
}

# ---- Start the pool with enough servers
if (Test-Step -Id 'pool-start.2@fe03.contoso.com' -Title 'Check that every service runs: fe03.contoso.com' -RunOn 'dir01.contoso.com' -Account 'lync-admin' -Look 'on dir01.contoso.com run: Get-CsWindowsService -ComputerName ''fe03.contoso.com'' | Format-List -Property ''*'' | Out-Host; if it shows every object: Status is Running (within 60 min), the step has had its effect') {
    # Note: RTCSRV may be starting for up to an hour while users are placed (event 32174).
    Invoke-Shown -Command { Get-CsWindowsService -ComputerName 'fe03.contoso.com' | Format-List -Property '*' | Out-Host }
    Invoke-Shown -Command { Get-CsWindowsService -ComputerName 'fe03.contoso.com' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Status is Running (within 60 min)?'
}

# ---- Start the pool with enough servers
if (Test-Step -Id 'pool-start.3' -Title 'Check that every Front End Server of the pool runs' -RunOn 'fe01.contoso.com' -Account 'lync-admin' -Look 'on fe01.contoso.com run: Get-Service -Name @(''RTCSRV'') -ComputerName @(''fe01.contoso.com'', ''fe02.contoso.com'', ''fe03.contoso.com'') | Format-List -Property ''*'' | Out-Host; if it shows every object: Status is Running (within 60 min), the step has had its effect') {
    # Note: The answer is for a person to read: it concerns updates, not this restore. Get-CsPoolFabricState -PoolFqdn pool01.contoso.com prints which routing group lacks replicas; look for the word missing.
    # Note: Not enough servers for the first start but enough to work, or it asks for it - Reset-CsPoolRegistrarState -PoolFqdn pool01.contoso.com -ResetType QuorumLossRecovery (data not yet written may be lost).
    # Note: Topology changed while the whole pool was down - after publishing, Reset-CsPoolRegistrarState -PoolFqdn pool01.contoso.com -ResetType ServiceReset.
    Invoke-Shown -Command { Get-CsPoolUpgradeReadinessState | Format-List -Property '*' | Out-Host }
    Invoke-Shown -Command { Get-Service -Name @('RTCSRV') -ComputerName @('fe01.contoso.com', 'fe02.contoso.com', 'fe03.contoso.com') | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Status is Running (within 60 min)?'
}

# ---- Start the pool with enough servers
if (Test-Step -Id 'pool-start.4@fe01.contoso.com' -Title 'Check that the configuration has been replicated to every server: fe01.contoso.com' -RunOn 'dir01.contoso.com' -Account 'lync-admin' -Look 'on dir01.contoso.com run: Get-CsManagementStoreReplicationStatus -ReplicaFqdn ''fe01.contoso.com'' | Format-List -Property ''*'' | Out-Host; if it shows every object: UpToDate is True (within 15 min), the step has had its effect') {
    Invoke-Shown -Command { Get-CsManagementStoreReplicationStatus -ReplicaFqdn 'fe01.contoso.com' | Format-List -Property '*' | Out-Host }
    Invoke-Shown -Command { Get-CsManagementStoreReplicationStatus -ReplicaFqdn 'fe01.contoso.com' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: UpToDate is True (within 15 min)?'
}

# ---- Start the pool with enough servers
if (Test-Step -Id 'pool-start.4@fe02.contoso.com' -Title 'Check that the configuration has been replicated to every server: fe02.contoso.com' -RunOn 'dir01.contoso.com' -Account 'lync-admin' -Look 'on dir01.contoso.com run: Get-CsManagementStoreReplicationStatus -ReplicaFqdn ''fe02.contoso.com'' | Format-List -Property ''*'' | Out-Host; if it shows every object: UpToDate is True (within 15 min), the step has had its effect') {
    Invoke-Shown -Command { Get-CsManagementStoreReplicationStatus -ReplicaFqdn 'fe02.contoso.com' | Format-List -Property '*' | Out-Host }
    Invoke-Shown -Command { Get-CsManagementStoreReplicationStatus -ReplicaFqdn 'fe02.contoso.com' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: UpToDate is True (within 15 min)?'
}

# ---- Start the pool with enough servers
if (Test-Step -Id 'pool-start.4@fe03.contoso.com' -Title 'Check that the configuration has been replicated to every server: fe03.contoso.com' -RunOn 'dir01.contoso.com' -Account 'lync-admin' -Look 'on dir01.contoso.com run: Get-CsManagementStoreReplicationStatus -ReplicaFqdn ''fe03.contoso.com'' | Format-List -Property ''*'' | Out-Host; if it shows every object: UpToDate is True (within 15 min), the step has had its effect') {
    Invoke-Shown -Command { Get-CsManagementStoreReplicationStatus -ReplicaFqdn 'fe03.contoso.com' | Format-List -Property '*' | Out-Host }
    Invoke-Shown -Command { Get-CsManagementStoreReplicationStatus -ReplicaFqdn 'fe03.contoso.com' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: UpToDate is True (within 15 min)?'
}

# ---- Restore Response Group
if (Test-Step -Id 'restore-backend/restore-rgs/rgs-import.1' -Title 'Copy the export to the server and check it' -RunOn 'fe01.contoso.com' -Account 'lync-admin' -Look 'on fe01.contoso.com run: certutil ''-hashfile'' ''C:\Restore\Rgs\pool01.contoso.com.zip'' ''SHA256'' | Out-Host; if it shows at least one object: the value contains 91abe0029f04203210a54edd893081de6603f16406c5659a3b95213be90067bd, the step has had its effect') {
    Invoke-Shown -Command { robocopy '\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\Rgs' 'C:\Restore\Rgs' 'pool01.contoso.com.zip' '/COPY:DAT' '/R:2' '/W:5' | Out-Host }
    Assert-ExitCode -Low 0 -High 7
    Invoke-Shown -Command { certutil '-hashfile' 'C:\Restore\Rgs\pool01.contoso.com.zip' 'SHA256' | Out-Host }
    Confirm-Check -Question 'Verify: does it show at least one object: the value contains 91abe0029f04203210a54edd893081de6603f16406c5659a3b95213be90067bd?'
}

# ---- Restore Response Group
if (Test-Step -Id 'restore-backend/restore-rgs/rgs-import.2' -Title 'Import, taking ownership of the contact objects' -RunOn 'fe01.contoso.com' -Account 'lync-admin' -Look 'on fe01.contoso.com run: Get-CsRgsWorkflow -Identity ''service:ApplicationServer:pool01.contoso.com'' -ShowAll | Format-List -Property ''*'' | Out-Host; if it shows for each of them one object: Name is Deliveries, Invoices, Support hotline, the step has had its effect' -Undo 'none; import again from another set') {
    # Note: Without -OverwriteOwner the import fails, because the contact objects already exist in AD (pitfall P44).
    Confirm-Check -Question 'Before: no Response Group name is taken?'
    Invoke-Shown -Command { Get-CsWindowsService | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Before: the services of the pool run: does it show every object: Status is Running?'
    Confirm-Harm -Harm 'writes the Response Groups of pool01.contoso.com and takes ownership of their contact objects in AD' -Name 'pool01.contoso.com'
    Invoke-Shown -Command { Import-CsRgsConfiguration -Destination 'service:ApplicationServer:pool01.contoso.com' -FileName 'C:\Restore\Rgs\pool01.contoso.com.zip' -OverwriteOwner -ReplaceExistingRgsSettings | Out-Host }
    Invoke-Shown -Command { Get-CsRgsWorkflow -Identity 'service:ApplicationServer:pool01.contoso.com' -ShowAll | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show for each of them one object: Name is Deliveries, Invoices, Support hotline?'
    # To undo: none; import again from another set
}

# ---- Restore Response Group
if (Test-Step -Id 'restore-backend/restore-rgs/rgs-verify.1' -Title 'Workflows' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Invoke-Shown -Command { Get-CsRgsWorkflow -Identity 'service:ApplicationServer:pool01.contoso.com' -ShowAll | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show for each of them one object: Name is Deliveries, Invoices, Support hotline?'
}

# ---- Restore Response Group
if (Test-Step -Id 'restore-backend/restore-rgs/rgs-verify.2' -Title 'Queues' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Invoke-Shown -Command { Get-CsRgsQueue -Identity 'service:ApplicationServer:pool01.contoso.com' -ShowAll | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show for each of them one object: Name is Deliveries, Invoices, Support hotline?'
}

# ---- Restore Response Group
if (Test-Step -Id 'restore-backend/restore-rgs/rgs-verify.3' -Title 'Agent groups' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Invoke-Shown -Command { Get-CsRgsAgentGroup -Identity 'service:ApplicationServer:pool01.contoso.com' -ShowAll | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show for each of them one object: Name is Deliveries, Invoices, Support hotline?'
}

# ---- Restore Response Group
if (Test-Step -Id 'restore-backend/restore-rgs/rgs-verify.4' -Title 'Business hours' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Invoke-Shown -Command { Get-CsRgsHoursOfBusiness -Identity 'service:ApplicationServer:pool01.contoso.com' -ShowAll | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show for each of them one object: Name is Office hours, Support hours?'
}

# ---- Restore Response Group
if (Test-Step -Id 'restore-backend/restore-rgs/rgs-verify.5' -Title 'Holiday sets' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Invoke-Shown -Command { Get-CsRgsHolidaySet -Identity 'service:ApplicationServer:pool01.contoso.com' -ShowAll | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show for each of them one object: Name is Public holidays?'
}

# ---- Try the pool as a user
if (Test-Step -Id 'pool-accept.1.1' -Title 'Try it: a test user signs in' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    # Note: The passwords of CONTOSO\support01 and CONTOSO\support02 are asked once and kept in memory only.
    # Note: Each of these tests may be left out with a reason; the report shows result and latency.
    Invoke-Shown -Command { Test-CsRegistration -TargetFqdn 'pool01.contoso.com' -UserSipAddress 'sip:support01@contoso.com' -UserCredential (Get-Credential 'CONTOSO\support01') | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Result is Success?'
}

# ---- Try the pool as a user
if (Test-Step -Id 'pool-accept.1.2' -Title 'Try it: an instant message between two test users' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Invoke-Shown -Command { Test-CsIM -TargetFqdn 'pool01.contoso.com' -SenderSipAddress 'sip:support01@contoso.com' -SenderCredential (Get-Credential 'CONTOSO\support01') -ReceiverSipAddress 'sip:support02@contoso.com' -ReceiverCredential (Get-Credential 'CONTOSO\support02') | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Result is Success?'
}

# ---- Try the pool as a user
if (Test-Step -Id 'pool-accept.1.3' -Title 'Try it: one test user sees the presence of the other' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Invoke-Shown -Command { Test-CsPresence -TargetFqdn 'pool01.contoso.com' -PublisherSipAddress 'sip:support01@contoso.com' -PublisherCredential (Get-Credential 'CONTOSO\support01') -SubscriberSipAddress 'sip:support02@contoso.com' -SubscriberCredential (Get-Credential 'CONTOSO\support02') | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Result is Success?'
}

# ---- Try the pool as a user
if (Test-Step -Id 'pool-accept.1.4' -Title 'Try it: a conference of two test users with messages' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Invoke-Shown -Command { Test-CsGroupIM -TargetFqdn 'pool01.contoso.com' -SenderSipAddress 'sip:support01@contoso.com' -SenderCredential (Get-Credential 'CONTOSO\support01') -ReceiverSipAddress 'sip:support02@contoso.com' -ReceiverCredential (Get-Credential 'CONTOSO\support02') | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Result is Success?'
}

# ---- Try the pool as a user
if (Test-Step -Id 'pool-accept.1.5' -Title 'Try it: a test user reaches the Address Book' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Invoke-Shown -Command { Test-CsAddressBookService -TargetFqdn 'pool01.contoso.com' -UserSipAddress 'sip:support01@contoso.com' -UserCredential (Get-Credential 'CONTOSO\support01') | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Result is Success?'
}

# ---- Try the pool as a user
if (Test-Step -Id 'pool-accept.1.6' -Title 'Try it: a message in a chat room' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Invoke-Shown -Command { Test-CsPersistentChatMessage -TargetFqdn 'pool01.contoso.com' -SenderSipAddress 'sip:support01@contoso.com' -SenderCredential (Get-Credential 'CONTOSO\support01') -ReceiverSipAddress 'sip:support02@contoso.com' -ReceiverCredential (Get-Credential 'CONTOSO\support02') | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Result is Success?'
}

# Left out: Confirm that the Back End is restored: back end restore backend was chosen
# Left out: Restore the file store: the file store is elsewhere
# Left out: Set the file store's permissions: the file store is elsewhere
# Left out: Install the mirror databases, except those that are restored first: no database of this Back End is restored from a SQL backup
# Left out: New Windows installation with the same FQDN: no Edge Server
# Left out: Copy the saved DFS value to the server: the file store is no DFS folder; not in the backup set
# Left out: Put back EnableDfsLoopbackTargets: the file store is no DFS folder; not in the backup set
# Left out: Edge Server: name, gateway, routes: no Edge Server
# Left out: Put back saved registry values: no Edge Server
# Left out: Install the local instance RTCLOCAL: roles cmdlets was not chosen
# Left out: Create the folder for the configuration: roles cmdlets was not chosen
# Left out: Export the configuration from the Central Management store: roles cmdlets was not chosen
# Left out: Import the configuration into the local configuration store: roles cmdlets was not chosen
# Left out: Enable the replica: roles cmdlets was not chosen
# Left out: Step 1: local configuration store: no Edge Server
# Left out: Assign the external certificate: no Edge Server; roles cmdlets was not chosen
# Left out: Check that every Edge Server has the same A/V certificate: no Edge Server
# Left out: Start every member: the target belongs to an Enterprise Edition Front End pool
# Left out: Restore Archiving and Monitoring data: no archiving or monitoring data on the Back End Server
# Left out: Restore Persistent Chat: the Persistent Chat database is elsewhere
# Left out: Mirror these databases again: no database of this Back End is restored from a SQL backup
# Left out: Restart all Front End Servers: no database of this Back End is restored from a SQL backup
# Left out: Restore a member server: no Kerberos account
# Left out: Try it without recorded test accounts: two test accounts of the pool that is tried are recorded
# Left out: Bring the users home: not paired; failed over yes was not chosen
Write-Host 'Afterwards: Sign in a test user and look at the contact list; for an Edge pool, from outside.'
Write-Host 'Afterwards: Run Get-CsManagementStoreReplicationStatus and Get-CsWindowsService once more after an hour.'
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
