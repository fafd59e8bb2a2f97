# Restore a member server (restore-member)
# Target: edge02.contoso.com. Backup set: 2026-11-22T013000Z_contoso. Plan: sha256:451af8f1fc0f0f558d4fe45128742eb538236aa2931c9aea02395ad8f064eee5
# After: Restoring an Enterprise Edition member server in Lync Server 2013
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

$script:Plan = 'sha256:451af8f1fc0f0f558d4fe45128742eb538236aa2931c9aea02395ad8f064eee5'
$script:Steps = @(
    'prepare/prep-decide',
    'mem-bare.1',
    'mem-bare.2',
    'mem-bare.3',
    'mem-bare.4',
    'mem-edge-net.1',
    'mem-edge-net.2@192.168.10.0',
    'mem-edge-net.2@192.168.40.0',
    'mem-registry.1',
    'mem-registry.2',
    'mem-setup.1',
    'mem-setup.2',
    'mem-step1.1',
    'mem-step1.2',
    'mem-step1.3',
    'mem-step1.4',
    'mem-step1.5',
    'mem-step2',
    'mem-update',
    'mem-step3.1',
    'mem-step3.3',
    'mem-step4.1',
    'mem-step4.2',
    'mem-step4.3',
    'mem-step4.4',
    'mem-step4.5',
    'mem-accept.1.1',
    'mem-accept.1.2',
    'mem-accept.1.3',
    'mem-accept.1.4',
    'mem-accept.1.5',
    'mem-accept.1.6'
)

try {
Open-Record

# ---- Prepare
if (Test-Step -Id 'prepare/prep-decide' -Title 'Decide what to restore' -RunOn 'edgepool.contoso.com' -Account 'edge-admin') {
    # Note: Restore only when troubleshooting has failed; a restore costs downtime and everything since the backup.
    # Note: The person named in the plan decides. Have media, keys, certificates and the worksheets ready before you continue.
    Write-Host 'Decide: Decide what to restore (restore)'
    [void] (Read-Answer -Question 'Press Enter when it is done')
}

# ---- New Windows installation with the same FQDN
if (Test-Step -Id 'mem-bare.1' -Title 'Install Windows' -RunOn 'edge02.contoso.com' -Account 'edge-admin' -Look 'on edge02.contoso.com run: Get-CimInstance -ClassName ''Win32_ComputerSystem'' | Format-List -Property ''*'' | Out-Host; if it shows every object: DNSHostName is edge02 and PartOfDomain is False, the step has had its effect' -Undo 'none; all data on the disks is lost') {
    Confirm-Check -Question 'Before: edge02.contoso.com does not answer, or does not run its role?'
    Confirm-Harm -Harm 'the disks of the computer that becomes edge02.contoso.com are wiped' -Name 'edge02.contoso.com'
    Write-Host 'Install Windows on the replacement computer of edge02.contoso.com: same computer name, same addresses on the internal and the external interface as before, in no domain; install the patches and the Lync prerequisites; leave the Windows Firewall on; give the local administrator the password on record and allow remote management on the internal interface.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    Invoke-Shown -Command { Get-CimInstance -ClassName 'Win32_ComputerSystem' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: DNSHostName is edge02 and PartOfDomain is False?'
    # To undo: none; all data on the disks is lost
}

# ---- New Windows installation with the same FQDN
if (Test-Step -Id 'mem-bare.2' -Title 'Check that nothing of an earlier Lync installation is left' -RunOn 'edge02.contoso.com' -Account 'edge-admin') {
    # Note: Never restore onto an existing Lync installation.
    try { Invoke-Shown -Command { Get-Service -Name @('RTC*', 'REPLICA', 'MASTER', 'FTA') | Format-List -Property '*' | Out-Host } } catch { Confirm-Tolerated -Failure $_ -Words @('Cannot find any service') }
    Confirm-Check -Question 'Does the answer show the number of objects is 0?'
}

# ---- New Windows installation with the same FQDN
if (Test-Step -Id 'mem-bare.3' -Title 'Restore the certificates' -RunOn 'edge02.contoso.com' -Account 'edge-admin' -Look 'on edge02.contoso.com run: Get-ChildItem -Path ''Cert:\LocalMachine\My'' | Select-Object -Property @(''Subject'', ''HasPrivateKey'') | Format-List -Property ''*'' | Out-Host; if it shows at least one object: HasPrivateKey is True, the step has had its effect') {
    Write-Host 'Put the Edge Server''s certificates with their private keys into the computer''s Personal store: the internal one, which all servers of edgepool.contoso.com share, and the external one; the root certificate of the internal CA into Trusted Root Certification Authorities.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    Invoke-Shown -Command { Get-ChildItem -Path 'Cert:\LocalMachine\My' | Select-Object -Property @('Subject', 'HasPrivateKey') | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show at least one object: HasPrivateKey is True?'
}

# ---- New Windows installation with the same FQDN
if (Test-Step -Id 'mem-bare.4' -Title 'Take a system image' -RunOn 'edge02.contoso.com' -Account 'edge-admin') {
    Write-Host 'Take an image of the system now, after Windows and certificates and before anything is restored, and check that it can be read. It is the way back.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
}

# ---- Edge Server: name, gateway, routes
if (Test-Step -Id 'mem-edge-net.1' -Title 'Name, primary DNS suffix, gateway, DNS' -RunOn 'edge02.contoso.com' -Account 'edge-admin' -Look 'on edge02.contoso.com run: Get-ItemProperty -LiteralPath ''HKLM:\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters'' | Format-List -Property ''*'' | Out-Host; if it shows every object: Hostname is edge02 and Domain is contoso.com, the step has had its effect') {
    # Note: With a wrong name, step 2 of the Deployment Wizard removes all roles (pitfall P10).
    Write-Host 'On edge02.contoso.com, as a local administrator: computer name and primary DNS suffix together give exactly edge02.contoso.com (System properties, Computer Name, Change, More; restart). Default gateway on the external interface only. DNS as recorded, otherwise entries for the next hop pool01.contoso.com and its servers in the hosts file.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    Invoke-Shown -Command { Get-ItemProperty -LiteralPath 'HKLM:\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Hostname is edge02 and Domain is contoso.com?'
}

# ---- Edge Server: name, gateway, routes
if (Test-Step -Id 'mem-edge-net.2@192.168.10.0' -Title 'Persistent route to an internal network: 192.168.10.0' -RunOn 'edge02.contoso.com' -Account 'edge-admin' -Look 'on edge02.contoso.com run: route ''print'' | Out-Host; if it shows at least one object: the value contains 192.168.10.0, the step has had its effect' -Undo 'route delete 192.168.10.0') {
    Confirm-Check -Question 'Before: every server of the plan answers and accepts the account?'
    Confirm-Check -Question 'Before: the account is in the groups the steps need?'
    Confirm-Check -Question 'Before: the replacement server is clean?'
    Confirm-Check -Question 'Before: the servers have enough free disk space?'
    Confirm-Check -Question 'Before: windows Firewall runs before Lync''s services start?'
    Confirm-Check -Question 'Before: certificates exist with private key, names, chain and dates?'
    Confirm-Check -Question 'Before: trusted Root holds root certificates only?'
    Confirm-Check -Question 'Before: the clocks agree?'
    Invoke-Shown -Command { route '-p' 'add' '192.168.10.0' 'mask' '255.255.255.0' '172.16.0.1' | Out-Host }
    Assert-ExitCode -Low 0 -High 0
    Invoke-Shown -Command { route 'print' | Out-Host }
    Confirm-Check -Question 'Verify: does it show at least one object: the value contains 192.168.10.0?'
    # To undo: route delete 192.168.10.0
}

# ---- Edge Server: name, gateway, routes
if (Test-Step -Id 'mem-edge-net.2@192.168.40.0' -Title 'Persistent route to an internal network: 192.168.40.0' -RunOn 'edge02.contoso.com' -Account 'edge-admin' -Look 'on edge02.contoso.com run: route ''print'' | Out-Host; if it shows at least one object: the value contains 192.168.40.0, the step has had its effect' -Undo 'route delete 192.168.40.0') {
    Invoke-Shown -Command { route '-p' 'add' '192.168.40.0' 'mask' '255.255.255.0' '172.16.0.1' | Out-Host }
    Assert-ExitCode -Low 0 -High 0
    Invoke-Shown -Command { route 'print' | Out-Host }
    Confirm-Check -Question 'Verify: does it show at least one object: the value contains 192.168.40.0?'
    # To undo: route delete 192.168.40.0
}

# ---- Put back saved registry values
if (Test-Step -Id 'mem-registry.1' -Title 'Copy the saved Schannel values to the server' -RunOn 'edge02.contoso.com' -Account 'edge-admin' -Look 'on edge02.contoso.com run: certutil ''-hashfile'' ''C:\Restore\Schannel-edge02.contoso.com.reg'' ''SHA256'' | Out-Host; if it shows at least one object: the value contains fe03368d0d34799b17efe3936fdef274a137dcf06b0f6cc5b4a0a62575c7541d, the step has had its effect') {
    Confirm-Check -Question 'Before: the session reaches the backup share?'
    Invoke-Shown -Command { New-Item -ItemType 'Directory' -Path 'C:\Restore' -Force | Out-Host }
    Invoke-Shown -Command { Copy-Item -LiteralPath '\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\Settings\Schannel\edge02.contoso.com.reg' -Destination 'C:\Restore\Schannel-edge02.contoso.com.reg' | Out-Host }
    Invoke-Shown -Command { certutil '-hashfile' 'C:\Restore\Schannel-edge02.contoso.com.reg' 'SHA256' | Out-Host }
    Confirm-Check -Question 'Verify: does it show at least one object: the value contains fe03368d0d34799b17efe3936fdef274a137dcf06b0f6cc5b4a0a62575c7541d?'
}

# ---- Put back saved registry values
if (Test-Step -Id 'mem-registry.2' -Title 'Put back the Schannel values that differ' -RunOn 'edge02.contoso.com' -Account 'edge-admin' -Look 'on edge02.contoso.com run: reg ''query'' ''HKLM\SYSTEM\CurrentControlSet\Control\SecurityProviders\SCHANNEL'' ''/s'' | Out-Host; if it shows for each of them one object: the value contains EventLogging    REG_DWORD    0x3, Enabled    REG_DWORD    0x0, DisabledByDefault    REG_DWORD    0x1, the step has had its effect' -Undo 'set each value manually to what the confirmation showed') {
    # Note: Values that the new Windows has beside them stay. A value that only this server must not have is left out by skipping this step with a reason.
    # Note: Schannel reads its protocols when Windows starts; restart the server before Lync is installed.
    Confirm-Check -Question 'Before: what differs from the saved values?'
    Invoke-Shown -Command { reg 'import' 'C:\Restore\Schannel-edge02.contoso.com.reg' | Out-Host }
    Assert-ExitCode -Low 0 -High 0
    Invoke-Shown -Command { reg 'query' 'HKLM\SYSTEM\CurrentControlSet\Control\SecurityProviders\SCHANNEL' '/s' | Out-Host }
    Confirm-Check -Question 'Verify: does it show for each of them one object: the value contains EventLogging    REG_DWORD    0x3, Enabled    REG_DWORD    0x0, DisabledByDefault    REG_DWORD    0x1?'
    # To undo: set each value manually to what the confirmation showed
}

# ---- Start the Deployment Wizard
if (Test-Step -Id 'mem-setup.1' -Title 'Check that the server is ready for setup' -RunOn 'edge02.contoso.com' -Account 'edge-admin') {
    # Note: What could not be checked on the lost server at the start is checked here.
    Invoke-Shown -Command { Get-CimInstance -ClassName 'Win32_OperatingSystem' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show the number of objects is at least 1?'
}

# ---- Start the Deployment Wizard
if (Test-Step -Id 'mem-setup.2' -Title 'Start the Deployment Wizard' -RunOn 'edge02.contoso.com' -Account 'edge-admin' -Look 'on edge02.contoso.com run: Get-Module -ListAvailable -Name @(''Lync'', ''SkypeForBusiness'') | Format-List -Property ''*'' | Out-Host; if it shows at least one object: Name is one of Lync, SkypeForBusiness, the step has had its effect') {
    Write-Host 'On edge02.contoso.com start \setup\amd64\Setup.exe from the Lync media. Confirm the Visual C++ redistributable, the installation location (as on the other servers) and the licence terms, until the Deployment Wizard opens: from then on the core components and the management shell are there.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    Invoke-Shown -Command { Get-Module -ListAvailable -Name @('Lync', 'SkypeForBusiness') | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show at least one object: Name is one of Lync, SkypeForBusiness?'
}

# ---- Step 1: local configuration store
if (Test-Step -Id 'mem-step1.1' -Title 'Create the folder for the configuration' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Invoke-Shown -Command { New-Item -ItemType 'Directory' -Path 'C:\Restore\Edge\edge02' -Force -Confirm:$false | Out-Host }
}

# ---- Step 1: local configuration store
if (Test-Step -Id 'mem-step1.2' -Title 'Export the configuration on an internal computer' -RunOn 'fe01.contoso.com' -Account 'lync-admin' -Look 'on fe01.contoso.com run: Get-Item -LiteralPath ''C:\Restore\Edge\edge02\EdgeConfig.zip'' | Format-List -Property ''*'' | Out-Host; if it shows every object: LastWriteTime is another than what it was just before this step and Length is not 0, the step has had its effect') {
    Confirm-Check -Question 'Before: every cmdlet and parameter of the plan exists there?'
    Invoke-Shown -Command { Export-CsConfiguration -FileName 'C:\Restore\Edge\edge02\EdgeConfig.zip' -Force | Out-Host }
    Invoke-Shown -Command { Get-Item -LiteralPath 'C:\Restore\Edge\edge02\EdgeConfig.zip' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: LastWriteTime is another than what it was just before this step and Length is not 0?'
}

# ---- Step 1: local configuration store
if (Test-Step -Id 'mem-step1.3' -Title 'Copy the file to the transfer folder' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Confirm-Check -Question 'Before: the session reaches the backup share?'
    Invoke-Shown -Command { robocopy 'C:\Restore\Edge\edge02' '\\backup01.contoso.com\LyncBackup\.carried\edge02.contoso.com' '/E' '/COPY:DATSO' '/DCOPY:T' '/R:2' '/W:5' | Out-Host }
    Assert-ExitCode -Low 0 -High 7
}

# ---- Step 1: local configuration store
if (Test-Step -Id 'mem-step1.4' -Title 'Copy the file to the Edge Server' -RunOn 'edge02.contoso.com' -Account 'edge-admin' -Look 'on edge02.contoso.com run: Get-Item -LiteralPath ''C:\Restore\Edge\EdgeConfig.zip'' | Format-List -Property ''*'' | Out-Host; if it shows every object: Length is the Length that the step reads first, the step has had its effect') {
    Write-Host 'On fe01.contoso.com run: Get-Item -LiteralPath ''C:\Restore\Edge\edge02\EdgeConfig.zip'' | Format-List -Property ''*'' | Out-Host'
    $Read_Length = Read-Value -Question 'Length (from fe01.contoso.com)'
    Invoke-Shown -Command { robocopy '\\backup01.contoso.com\LyncBackup\.carried\edge02.contoso.com' 'C:\Restore\Edge' '/E' '/COPY:DATSO' '/DCOPY:T' '/R:2' '/W:5' | Out-Host }
    Assert-ExitCode -Low 0 -High 7
    Invoke-Shown -Command { Get-Item -LiteralPath 'C:\Restore\Edge\EdgeConfig.zip' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question ('Verify: does it show every object: Length is <Read:Length>?'.Replace('<Read:Length>', ($Read_Length -join ', ')))
}

# ---- Step 1: local configuration store
if (Test-Step -Id 'mem-step1.5' -Title 'Step 1: Install Local Configuration Store' -RunOn 'edge02.contoso.com' -Account 'edge-admin' -Look 'on edge02.contoso.com run: Get-CsTopology -LocalStore | Out-Host; if it shows the number of objects is at least 1, the step has had its effect') {
    Confirm-Check -Question 'Before: the server has the name in the topology?'
    Confirm-Check -Question 'Before: the Edge Server has one default gateway and its routes?'
    Invoke-Shown -Command { Get-ItemProperty -LiteralPath 'HKLM:\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Before: the server has exactly the name in the topology: does it show every object: Hostname is edge02 and Domain is contoso.com?'
    Write-Host 'On edge02.contoso.com, in the Deployment Wizard: Install or Update Lync Server System, Step 1: Install Local Configuration Store, Run, Import from a file (Recommended for Edge Servers), choose C:\Restore\Edge\EdgeConfig.zip, Next, Finish. Look for the green check mark.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    Invoke-Shown -Command { Get-CsTopology -LocalStore | Out-Host }
    Confirm-Check -Question 'Verify: does it show the number of objects is at least 1?'
}

# ---- Step 2: install the role
if (Test-Step -Id 'mem-step2' -Title 'Step 2: install the role' -RunOn 'edge02.contoso.com' -Account 'edge-admin' -Look 'on edge02.contoso.com run: Get-CsWindowsService | Format-List -Property ''*'' | Out-Host; if it shows at least one object: Name is RTCSRV, the step has had its effect') {
    Write-Host 'Step 2: Setup or Remove Lync Server Components, Run. It installs the roles that the published topology names for edge02.contoso.com. Review the log, Finish. If it asks for a restart, restart and run step 2 again.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    Invoke-Shown -Command { Get-CsWindowsService | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show at least one object: Name is RTCSRV?'
}

# ---- Bring the server to the cumulative update (CU) version of the other servers
if (Test-Step -Id 'mem-update' -Title 'Bring the server to the cumulative update (CU) version of the other servers' -RunOn 'edge02.contoso.com' -Account 'edge-admin' -Look 'on edge02.contoso.com run: Get-ItemProperty -Path ''HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall\*'' | Format-List -Property ''*'' | Out-Host; if it shows at least one object: DisplayName contains Server 2013, Core Components and DisplayVersion is 5.0.8308.887, the step has had its effect') {
    Write-Host 'Close the Deployment Wizard. Install on edge02.contoso.com the cumulative update that the other servers have, so that Programs and Features shows 5.0.8308.887; restart the server if it asks for it.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    Invoke-Shown -Command { Get-ItemProperty -Path 'HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall\*' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show at least one object: DisplayName contains Server 2013, Core Components and DisplayVersion is 5.0.8308.887?'
}

# ---- Step 3: certificates
if (Test-Step -Id 'mem-step3.1' -Title 'Assign the certificate' -RunOn 'edge02.contoso.com' -Account 'edge-admin' -Look 'on edge02.contoso.com run: Get-CsCertificate -Type @(''Internal'') | Format-List -Property ''*'' | Out-Host; if it shows for each of them one object: Use is Internal, the step has had its effect' -Undo 'assign another certificate') {
    # Note: A recorded certificate comes first, else one with private key, valid dates and the right names; its subject and expiry are shown.
    Invoke-Shown -Command { Get-ChildItem -Path 'Cert:\LocalMachine\My' | Select-Object -Property @('Thumbprint', 'Subject', 'NotBefore', 'NotAfter', 'HasPrivateKey', 'DnsNameList') | Format-List -Property '*' | Out-Host }
    $Read_Thumbprint = Read-Value -Question 'Thumbprint (from edge02.contoso.com)'
    Write-Host 'Step 3: Request, Install or Assign Certificates, Run. Assign the restored certificates to every usage that is shown; on an Edge Server the internal one and the external one. Never request OAuthTokenIssuer on a rebuilt server; it arrives by replication. Finished when the status is Assigned.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    Invoke-Shown -Command { Get-CsCertificate -Type @('Internal') | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show for each of them one object: Use is Internal?'
    # To undo: assign another certificate
}

# ---- Step 3: certificates
if (Test-Step -Id 'mem-step3.3' -Title 'Check that every Edge Server has the same A/V certificate' -RunOn 'edge02.contoso.com' -Account 'edge-admin' -Look 'on edge02.contoso.com run: Get-CsCertificate -Type @(''AudioVideoAuthentication'') | Format-List -Property ''*'' | Out-Host; if it shows every object: Thumbprint is one of the Others that the step reads first, the step has had its effect') {
    # Note: Media relay authentication works with one certificate and its private key on all servers of the Edge pool alone.
    Confirm-Check -Question 'Before: the Lync module is installed?'
    Confirm-Check -Question 'Before: every cmdlet and parameter of the plan exists there?'
    Write-Host 'On edge01.contoso.com run: Get-CsCertificate -Type @(''AudioVideoAuthentication'') | Format-List -Property ''*'' | Out-Host'
    $Read_Others = Read-Value -Question 'Thumbprint (from edge01.contoso.com)'
    Invoke-Shown -Command { Get-CsCertificate -Type @('AudioVideoAuthentication') | Format-List -Property '*' | Out-Host }
    Invoke-Shown -Command { Get-CsCertificate -Type @('AudioVideoAuthentication') | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question ('Verify: does it show every object: Thumbprint is one of <Read:Others>?'.Replace('<Read:Others>', ($Read_Others -join ', ')))
}

# ---- Step 4: start services
if (Test-Step -Id 'mem-step4.1' -Title 'Start the services' -RunOn 'edge02.contoso.com' -Account 'edge-admin' -Look 'on edge02.contoso.com run: Get-CsWindowsService | Format-List -Property ''*'' | Out-Host; if it shows every object: Status is Running (within 60 min), the step has had its effect' -Undo 'Stop-CsWindowsService') {
    # Note: With several Front End Servers of one pool lost, start them together (restore-pool); otherwise this never ends.
    Confirm-Check -Question 'Before: every server has the deployment''s cumulative update (CU) version?'
    Write-Host 'Step 4: Start Services, Run, Next, Finish. The wizard reports success even if a service did not start: look at Service Status (Optional) and start what is not running.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    Invoke-Shown -Command { Get-CsWindowsService | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Status is Running (within 60 min)?'
    # To undo: Stop-CsWindowsService
}

# ---- Step 4: start services
if (Test-Step -Id 'mem-step4.2' -Title 'Create the folder for the report' -RunOn 'edge02.contoso.com' -Account 'edge-admin') {
    Invoke-Shown -Command { New-Item -ItemType 'Directory' -Path 'C:\Logs' -Force -Confirm:$false | Out-Host }
}

# ---- Step 4: start services
if (Test-Step -Id 'mem-step4.3' -Title 'Test the computer' -RunOn 'edge02.contoso.com' -Account 'edge-admin') {
    Invoke-Shown -Command { Test-CsComputer -Report 'C:\Logs\ComputerTest.html' | Out-Host }
}

# ---- Step 4: start services
if (Test-Step -Id 'mem-step4.4' -Title 'Test the replica' -RunOn 'edge02.contoso.com' -Account 'edge-admin') {
    Invoke-Shown -Command { Test-CsReplica | Out-Host }
}

# ---- Step 4: start services
if (Test-Step -Id 'mem-step4.5' -Title 'Check that the configuration is replicated to the server' -RunOn 'fe01.contoso.com' -Account 'lync-admin' -Look 'on fe01.contoso.com run: Get-CsManagementStoreReplicationStatus -ReplicaFqdn ''edge02.contoso.com'' | Format-List -Property ''*'' | Out-Host; if it shows every object: UpToDate is True (within 15 min), the step has had its effect') {
    Invoke-Shown -Command { Get-CsManagementStoreReplicationStatus -ReplicaFqdn 'edge02.contoso.com' | Format-List -Property '*' | Out-Host }
    Invoke-Shown -Command { Get-CsManagementStoreReplicationStatus -ReplicaFqdn 'edge02.contoso.com' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: UpToDate is True (within 15 min)?'
}

# ---- Try the pool as a user
if (Test-Step -Id 'mem-accept.1.1' -Title 'Try it: a test user signs in' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    # Note: The passwords of CONTOSO\support01 and CONTOSO\support02 are asked once and kept in memory only.
    # Note: Each of these tests may be left out with a reason; the report shows result and latency.
    Invoke-Shown -Command { Test-CsRegistration -TargetFqdn 'pool01.contoso.com' -UserSipAddress 'sip:support01@contoso.com' -UserCredential (Get-Credential 'CONTOSO\support01') | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Result is Success?'
}

# ---- Try the pool as a user
if (Test-Step -Id 'mem-accept.1.2' -Title 'Try it: an instant message between two test users' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Invoke-Shown -Command { Test-CsIM -TargetFqdn 'pool01.contoso.com' -SenderSipAddress 'sip:support01@contoso.com' -SenderCredential (Get-Credential 'CONTOSO\support01') -ReceiverSipAddress 'sip:support02@contoso.com' -ReceiverCredential (Get-Credential 'CONTOSO\support02') | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Result is Success?'
}

# ---- Try the pool as a user
if (Test-Step -Id 'mem-accept.1.3' -Title 'Try it: one test user sees the presence of the other' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Invoke-Shown -Command { Test-CsPresence -TargetFqdn 'pool01.contoso.com' -PublisherSipAddress 'sip:support01@contoso.com' -PublisherCredential (Get-Credential 'CONTOSO\support01') -SubscriberSipAddress 'sip:support02@contoso.com' -SubscriberCredential (Get-Credential 'CONTOSO\support02') | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Result is Success?'
}

# ---- Try the pool as a user
if (Test-Step -Id 'mem-accept.1.4' -Title 'Try it: a conference of two test users with messages' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Invoke-Shown -Command { Test-CsGroupIM -TargetFqdn 'pool01.contoso.com' -SenderSipAddress 'sip:support01@contoso.com' -SenderCredential (Get-Credential 'CONTOSO\support01') -ReceiverSipAddress 'sip:support02@contoso.com' -ReceiverCredential (Get-Credential 'CONTOSO\support02') | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Result is Success?'
}

# ---- Try the pool as a user
if (Test-Step -Id 'mem-accept.1.5' -Title 'Try it: a test user reaches the Address Book' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Invoke-Shown -Command { Test-CsAddressBookService -TargetFqdn 'pool01.contoso.com' -UserSipAddress 'sip:support01@contoso.com' -UserCredential (Get-Credential 'CONTOSO\support01') | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Result is Success?'
}

# ---- Try the pool as a user
if (Test-Step -Id 'mem-accept.1.6' -Title 'Try it: a message in a chat room' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Invoke-Shown -Command { Test-CsPersistentChatMessage -TargetFqdn 'pool01.contoso.com' -SenderSipAddress 'sip:support01@contoso.com' -SenderCredential (Get-Credential 'CONTOSO\support01') -ReceiverSipAddress 'sip:support02@contoso.com' -ReceiverCredential (Get-Credential 'CONTOSO\support02') | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Result is Success?'
}

# Left out: Keep the AD computer account: the target is an Edge Server
# Left out: New Windows installation with the same FQDN: the target is an Edge Server
# Left out: Put back saved registry values: the target is an Edge Server
# Left out: Copy the saved DFS value to the server: the file store is no DFS folder; not in the backup set
# Left out: Put back EnableDfsLoopbackTargets: the file store is no DFS folder; not in the backup set
# Left out: Step 1: local configuration store: the target is an Edge Server
# Left out: Install the local instance RTCLOCAL: roles cmdlets was not chosen
# Left out: Import the configuration into the local configuration store: roles cmdlets was not chosen
# Left out: Enable the replica: roles cmdlets was not chosen
# Left out: Assign the external certificate: roles cmdlets was not chosen
# Left out: Check that the server has the deployment's OAuth certificate: no Web Services
# Left out: Front End Server: reset Windows Fabric state (MachineStateRemoved): a second plan, where RTCSRV stays Starting: --set only-step=mem-fabric; no Enterprise Edition pool
# Left out: Kerberos account password: no Web Services; no Kerberos account
# Left out: Check the pool: no Enterprise Edition pool
# Left out: Try it without recorded test accounts: two test accounts of the pool that is tried are recorded
Write-Host 'Afterwards: Where the pool is failed over to its partner, pool-failback brings its users home; nothing was imported here.'
Write-Host 'Afterwards: Run Get-CsManagementStoreReplicationStatus and Get-CsWindowsService once more after an hour.'
Write-Host 'Afterwards: Sign in a test user on the pool; for an Edge Server, from outside.'
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
