# Restore a member server (restore-member)
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

$script:Plan = 'restore-member'
$script:Steps = @(
    'prepare/prep-decide',
    'prepare/prep-ad',
    'mem-bare.1',
    'mem-bare.2',
    'mem-bare.3',
    'mem-bare.4',
    'mem-bare.5',
    'mem-registry.1',
    'mem-registry.2',
    'mem-registry.3',
    'mem-registry.4',
    'mem-edge-net.1',
    'mem-edge-net.2',
    'mem-setup.1',
    'mem-setup.2',
    'mem-step1.1',
    'mem-step1.2',
    'mem-step1.3',
    'mem-step1.4',
    'mem-step1.5',
    'mem-step1.6',
    'mem-step1.7',
    'mem-step1.8',
    'mem-step2.1',
    'mem-step2.2',
    'mem-step2',
    'mem-update',
    'mem-step3.1',
    'mem-step3.2',
    'mem-step3.3',
    'mem-step3.4',
    'mem-fabric',
    'mem-step4.1',
    'mem-step4.2',
    'mem-step4.3',
    'mem-step4.4',
    'mem-step4.5',
    'mem-kerberos.1',
    'mem-kerberos.2',
    'mem-quorum.1',
    'mem-quorum.2',
    'mem-accept.1.1',
    'mem-accept.1.2',
    'mem-accept.1.3',
    'mem-accept.1.4',
    'mem-accept.1.5',
    'mem-accept.1.6',
    'mem-accept.2',
    'mem-accept.2.1',
    'mem-accept.2.2',
    'mem-accept.2.3',
    'mem-accept.2.4',
    'mem-accept.2.5',
    'mem-accept.2.6'
)

# Replace each of these everywhere in this file (editor, Replace All); double any apostrophe.
$values = @(
    '<PoolFqdn>',
    '<DomainControllerFqdn>',
    '<ServerName>',
    '<ServerFqdn>',
    '<BackupSet:Schannel>',
    '<BackupSet:Schannel:name>',
    '<BackupSet:DfsLoopback>',
    '<BackupSet:DfsLoopback:name>',
    '<InternalNetwork>',
    '<InternalMask>',
    '<InternalGateway>',
    '<GoodServerFqdn>',
    '<Run:local-folder>',
    '<EdgeConfigFolder>',
    '<CertificateUses>',
    '<ExternalCertificateUses>',
    '<OtherMemberFqdn>',
    '<SiteName>',
    '<PoolFrontEnds>',
    '<TriedServerFqdn>',
    '<TriedPoolFqdn>',
    '<TestUser1Sip>',
    '<TestUser2Sip>'
)
if ($values -match '^<.*>$') {
    throw ('Fill in first: {0}' -f (($values -match '^<.*>$') -join ', '))
}
# Decide first: How are the roles installed, certificates assigned and services started? Deployment Wizard, manually on the server / Setup, Bootstrapper and cmdlets
# Decide first: With whom is the pool tried at the end? a person signs in and tries / the test accounts of Get-CsHealthMonitoringConfiguration

try {
Open-Record

# ---- Prepare
if (Test-Step -Id 'prepare/prep-decide' -Title 'Decide what to restore' -RunOn '<PoolFqdn>' -Account 'lync-admin') {
    # Note: Restore only when troubleshooting has failed; a restore costs downtime and everything since the backup.
    # Note: The person named in the plan decides. Have media, keys, certificates and the worksheets ready before you continue.
    Write-Host 'Decide: Decide what to restore (restore)'
    [void] (Read-Answer -Question 'Press Enter when it is done')
}

# ---- Prepare
# Only if a domain controller is recorded
# Only if not: the target is an Edge Server
if (Test-Step -Id 'prepare/prep-ad' -Title 'Keep the AD computer account' -RunOn '<DomainControllerFqdn>' -Account 'domain-admin' -Look 'on <DomainControllerFqdn> run: Get-ADComputer -Identity ''<ServerName>'' -Properties @(''MemberOf'') | Format-List -Property ''*'' | Out-Host; if it shows every object: Enabled is True; for each of them one object: MemberOf names <ComputerGroups>, the step has had its effect') {
    # Note: Joining with the same name re-uses the account; deleting it loses the group memberships.
    # Note: A server that runs Lync is in groups whose names begin with RTC; compare it with another server of its role.
    # Note: Since October 2022 (KB5020276) only the account's creator or an allowed owner may join with it again.
    Write-Host 'Do not delete the computer account of <ServerFqdn> when Windows is installed again. Have the AD administrator check that the account exists, is enabled, and is still a member of its Lync (RTC) groups; reset it if needed.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    Invoke-Shown -Command { Get-ADComputer -Identity '<ServerName>' -Properties @('MemberOf') | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Enabled is True; for each of them one object: MemberOf names <ComputerGroups>?'
}

# ---- New Windows installation with the same FQDN
# Only if not: the target is an Edge Server
if (Test-Step -Id 'mem-bare.1' -Title 'Install Windows with the original computer name' -RunOn '<ServerFqdn>' -Account 'lync-admin' -Look 'on <ServerFqdn> run: Get-CimInstance -ClassName ''Win32_ComputerSystem'' | Format-List -Property ''*'' | Out-Host; if it shows every object: DNSHostName is <ServerName> and PartOfDomain is True and Domain is <DnsDomain>, the step has had its effect' -Undo 'none; all data on the disks is lost') {
    # Note: A Front End Server gets the same Windows version as the other Front End Servers of its pool.
    # Note: With a wrong name or suffix the Deployment Wizard uninstalls every role (pitfall P10).
    Confirm-Harm -Harm 'the disks of the computer that becomes <ServerFqdn> are wiped' -Name '<ServerFqdn>'
    Write-Host 'Install Windows on the replacement computer with the name <ServerFqdn>: same computer name, same DNS suffix, same IP address and DNS record as before; join the domain with the existing computer account; install the patches and the Lync prerequisites; leave the Windows Firewall on.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    Invoke-Shown -Command { Get-CimInstance -ClassName 'Win32_ComputerSystem' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: DNSHostName is <ServerName> and PartOfDomain is True and Domain is <DnsDomain>?'
    # To undo: none; all data on the disks is lost
}

# ---- New Windows installation with the same FQDN
# Only if not: the target is an Edge Server
if (Test-Step -Id 'mem-bare.2' -Title 'Check that name and DNS suffix match the topology' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    # Note: Being in the right domain is not enough; the primary DNS suffix must be right as well.
    Invoke-Shown -Command { Get-ItemProperty -LiteralPath 'HKLM:\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Hostname is <ServerName> and Domain is <ServerSuffix>?'
}

# ---- New Windows installation with the same FQDN
# Only if not: the target is an Edge Server
if (Test-Step -Id 'mem-bare.3' -Title 'Check that nothing of an earlier Lync installation is left' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    # Note: Never restore onto an existing Lync installation.
    try { Invoke-Shown -Command { Get-Service -Name @('RTC*', 'REPLICA', 'MASTER', 'FTA') | Format-List -Property '*' | Out-Host } } catch { Confirm-Tolerated -Failure $_ -Words @('Cannot find any service') }
    Confirm-Check -Question 'Does the answer show the number of objects is 0?'
}

# ---- New Windows installation with the same FQDN
# Only if not: the target is an Edge Server
if (Test-Step -Id 'mem-bare.4' -Title 'Restore or re-enrol the certificates' -RunOn '<ServerFqdn>' -Account 'lync-admin' -Look 'on <ServerFqdn> run: Get-ChildItem -Path ''Cert:\LocalMachine\My'' | Select-Object -Property @(''Subject'', ''HasPrivateKey'', ''DnsNameList'') | Format-List -Property ''*'' | Out-Host; if it shows at least one object: HasPrivateKey is True and DnsNameList contains <ServerFqdn>, the step has had its effect') {
    # Note: The OAuth certificate is one for the whole deployment and arrives by replication.
    Write-Host 'Put the server''s certificates with their private keys into the computer''s Personal store: import the saved ones with the Certificates MMC snap-in, or re-enrol with the internal CA. Do not request an OAuthTokenIssuer certificate.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    Invoke-Shown -Command { Get-ChildItem -Path 'Cert:\LocalMachine\My' | Select-Object -Property @('Subject', 'HasPrivateKey', 'DnsNameList') | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show at least one object: HasPrivateKey is True and DnsNameList contains <ServerFqdn>?'
}

# ---- New Windows installation with the same FQDN
# Only if not: the target is an Edge Server
if (Test-Step -Id 'mem-bare.5' -Title 'Take a system image' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    Write-Host 'Take an image of the system now, after Windows and certificates and before anything is restored, and check that it can be read. It is the way back.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
}

# ---- New Windows installation with the same FQDN
# Only if the target is an Edge Server
if (Test-Step -Id 'mem-bare.1' -Title 'Install Windows' -RunOn '<ServerFqdn>' -Account 'lync-admin' -Look 'on <ServerFqdn> run: Get-CimInstance -ClassName ''Win32_ComputerSystem'' | Format-List -Property ''*'' | Out-Host; if it shows every object: DNSHostName is <ServerName> and PartOfDomain is False, the step has had its effect' -Undo 'none; all data on the disks is lost') {
    Confirm-Harm -Harm 'the disks of the computer that becomes <ServerFqdn> are wiped' -Name '<ServerFqdn>'
    Write-Host 'Install Windows on the replacement computer of <ServerFqdn>: same computer name, same addresses on the internal and the external interface as before, in no domain; install the patches and the Lync prerequisites; leave the Windows Firewall on; give the local administrator the password on record and allow remote management on the internal interface.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    Invoke-Shown -Command { Get-CimInstance -ClassName 'Win32_ComputerSystem' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: DNSHostName is <ServerName> and PartOfDomain is False?'
    # To undo: none; all data on the disks is lost
}

# ---- New Windows installation with the same FQDN
# Only if the target is an Edge Server
if (Test-Step -Id 'mem-bare.2' -Title 'Check that nothing of an earlier Lync installation is left' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    # Note: Never restore onto an existing Lync installation.
    try { Invoke-Shown -Command { Get-Service -Name @('RTC*', 'REPLICA', 'MASTER', 'FTA') | Format-List -Property '*' | Out-Host } } catch { Confirm-Tolerated -Failure $_ -Words @('Cannot find any service') }
    Confirm-Check -Question 'Does the answer show the number of objects is 0?'
}

# ---- New Windows installation with the same FQDN
# Only if the target is an Edge Server
if (Test-Step -Id 'mem-bare.3' -Title 'Restore the certificates' -RunOn '<ServerFqdn>' -Account 'lync-admin' -Look 'on <ServerFqdn> run: Get-ChildItem -Path ''Cert:\LocalMachine\My'' | Select-Object -Property @(''Subject'', ''HasPrivateKey'') | Format-List -Property ''*'' | Out-Host; if it shows at least one object: HasPrivateKey is True, the step has had its effect') {
    Write-Host 'Put the Edge Server''s certificates with their private keys into the computer''s Personal store: the internal one, which all servers of <PoolFqdn> share, and the external one; the root certificate of the internal CA into Trusted Root Certification Authorities.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    Invoke-Shown -Command { Get-ChildItem -Path 'Cert:\LocalMachine\My' | Select-Object -Property @('Subject', 'HasPrivateKey') | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show at least one object: HasPrivateKey is True?'
}

# ---- New Windows installation with the same FQDN
# Only if the target is an Edge Server
if (Test-Step -Id 'mem-bare.4' -Title 'Take a system image' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    Write-Host 'Take an image of the system now, after Windows and certificates and before anything is restored, and check that it can be read. It is the way back.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
}

# ---- Put back saved registry values
# Only if not: the target is an Edge Server
# Only if the set holds the Schannel values of the server
if (Test-Step -Id 'mem-registry.1' -Title 'Copy the saved Schannel values to the server' -RunOn '<ServerFqdn>' -Account 'lync-admin' -Look 'on <ServerFqdn> run: certutil ''-hashfile'' ''C:\Restore\Schannel-<BackupSet:Schannel:name>'' ''SHA256'' | Out-Host; if it shows at least one object: the value contains <BackupSet:Schannel:sha256>, the step has had its effect') {
    Invoke-Shown -Command { New-Item -ItemType 'Directory' -Path 'C:\Restore' -Force | Out-Host }
    Invoke-Shown -Command { Copy-Item -LiteralPath '<BackupSet:Schannel>' -Destination 'C:\Restore\Schannel-<BackupSet:Schannel:name>' | Out-Host }
    Invoke-Shown -Command { certutil '-hashfile' 'C:\Restore\Schannel-<BackupSet:Schannel:name>' 'SHA256' | Out-Host }
    Confirm-Check -Question 'Verify: does it show at least one object: the value contains <BackupSet:Schannel:sha256>?'
}

# ---- Put back saved registry values
# Only if not: the target is an Edge Server
# Only if the set holds the Schannel values of the server
if (Test-Step -Id 'mem-registry.2' -Title 'Put back the Schannel values that differ' -RunOn '<ServerFqdn>' -Account 'lync-admin' -Look 'on <ServerFqdn> run: reg ''query'' ''HKLM\SYSTEM\CurrentControlSet\Control\SecurityProviders\SCHANNEL'' ''/s'' | Out-Host; if it shows for each of them one object: the value contains <BackupSet:Schannel:values>, the step has had its effect' -Undo 'set each value manually to what the confirmation showed') {
    # Note: Values that the new Windows has beside them stay. A value that only this server must not have is left out by skipping this step with a reason.
    # Note: Schannel reads its protocols when Windows starts; restart the server before Lync is installed.
    Confirm-Check -Question 'Before: what differs from the saved values?'
    Invoke-Shown -Command { reg 'import' 'C:\Restore\Schannel-<BackupSet:Schannel:name>' | Out-Host }
    Assert-ExitCode -Low 0 -High 0
    Invoke-Shown -Command { reg 'query' 'HKLM\SYSTEM\CurrentControlSet\Control\SecurityProviders\SCHANNEL' '/s' | Out-Host }
    Confirm-Check -Question 'Verify: does it show for each of them one object: the value contains <BackupSet:Schannel:values>?'
    # To undo: set each value manually to what the confirmation showed
}

# ---- Put back saved registry values
# Only if not: the target is an Edge Server
# Only if the file store is reached through a DFS namespace of the domain
# Only if the set holds the DFS value of the server
if (Test-Step -Id 'mem-registry.3' -Title 'Copy the saved DFS value to the server' -RunOn '<ServerFqdn>' -Account 'lync-admin' -Look 'on <ServerFqdn> run: certutil ''-hashfile'' ''C:\Restore\DfsLoopback-<BackupSet:DfsLoopback:name>'' ''SHA256'' | Out-Host; if it shows at least one object: the value contains <BackupSet:DfsLoopback:sha256>, the step has had its effect') {
    Invoke-Shown -Command { New-Item -ItemType 'Directory' -Path 'C:\Restore' -Force | Out-Host }
    Invoke-Shown -Command { Copy-Item -LiteralPath '<BackupSet:DfsLoopback>' -Destination 'C:\Restore\DfsLoopback-<BackupSet:DfsLoopback:name>' | Out-Host }
    Invoke-Shown -Command { certutil '-hashfile' 'C:\Restore\DfsLoopback-<BackupSet:DfsLoopback:name>' 'SHA256' | Out-Host }
    Confirm-Check -Question 'Verify: does it show at least one object: the value contains <BackupSet:DfsLoopback:sha256>?'
}

# ---- Put back saved registry values
# Only if not: the target is an Edge Server
# Only if the file store is reached through a DFS namespace of the domain
# Only if the set holds the DFS value of the server
if (Test-Step -Id 'mem-registry.4' -Title 'Put back EnableDfsLoopbackTargets' -RunOn '<ServerFqdn>' -Account 'lync-admin' -Look 'on <ServerFqdn> run: reg ''query'' ''HKLM\SYSTEM\CurrentControlSet\Services\Mup\Parameters'' ''/s'' | Out-Host; if it shows for each of them one object: the value contains <BackupSet:DfsLoopback:values>, the step has had its effect' -Undo 'set each value manually to what the confirmation showed') {
    # Note: A server that is itself a target of the DFS folder with the file store reaches it only with this value.
    Confirm-Check -Question 'Before: what differs from the saved values?'
    Invoke-Shown -Command { reg 'import' 'C:\Restore\DfsLoopback-<BackupSet:DfsLoopback:name>' | Out-Host }
    Assert-ExitCode -Low 0 -High 0
    Invoke-Shown -Command { reg 'query' 'HKLM\SYSTEM\CurrentControlSet\Services\Mup\Parameters' '/s' | Out-Host }
    Confirm-Check -Question 'Verify: does it show for each of them one object: the value contains <BackupSet:DfsLoopback:values>?'
    # To undo: set each value manually to what the confirmation showed
}

# ---- Edge Server: name, gateway, routes
# Only if the target is an Edge Server
if (Test-Step -Id 'mem-edge-net.1' -Title 'Name, primary DNS suffix, gateway, DNS' -RunOn '<ServerFqdn>' -Account 'lync-admin' -Look 'on <ServerFqdn> run: Get-ItemProperty -LiteralPath ''HKLM:\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters'' | Format-List -Property ''*'' | Out-Host; if it shows every object: Hostname is <ServerName> and Domain is <ServerSuffix>, the step has had its effect') {
    # Note: With a wrong name, step 2 of the Deployment Wizard removes all roles (pitfall P10).
    Write-Host 'On <ServerFqdn>, as a local administrator: computer name and primary DNS suffix together give exactly <ServerFqdn> (System properties, Computer Name, Change, More; restart). Default gateway on the external interface only. DNS as recorded, otherwise entries for the next hop <NextHopPoolFqdn> and its servers in the hosts file.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    Invoke-Shown -Command { Get-ItemProperty -LiteralPath 'HKLM:\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Hostname is <ServerName> and Domain is <ServerSuffix>?'
}

# ---- Edge Server: name, gateway, routes
# Only if the target is an Edge Server
# Only if for each <InternalNetwork> of internal networks
if (Test-Step -Id 'mem-edge-net.2' -Title 'Persistent route to an internal network' -RunOn '<ServerFqdn>' -Account 'lync-admin' -Look 'on <ServerFqdn> run: route ''print'' | Out-Host; if it shows at least one object: the value contains <InternalNetwork>, the step has had its effect' -Undo 'route delete <InternalNetwork>') {
    Invoke-Shown -Command { route '-p' 'add' '<InternalNetwork>' 'mask' '<InternalMask>' '<InternalGateway>' | Out-Host }
    Assert-ExitCode -Low 0 -High 0
    Invoke-Shown -Command { route 'print' | Out-Host }
    Confirm-Check -Question 'Verify: does it show at least one object: the value contains <InternalNetwork>?'
    # To undo: route delete <InternalNetwork>
}

# ---- Put back saved registry values
# Only if the target is an Edge Server
# Only if the set holds the Schannel values of the server
if (Test-Step -Id 'mem-registry.1' -Title 'Copy the saved Schannel values to the server' -RunOn '<ServerFqdn>' -Account 'lync-admin' -Look 'on <ServerFqdn> run: certutil ''-hashfile'' ''C:\Restore\Schannel-<BackupSet:Schannel:name>'' ''SHA256'' | Out-Host; if it shows at least one object: the value contains <BackupSet:Schannel:sha256>, the step has had its effect') {
    Invoke-Shown -Command { New-Item -ItemType 'Directory' -Path 'C:\Restore' -Force | Out-Host }
    Invoke-Shown -Command { Copy-Item -LiteralPath '<BackupSet:Schannel>' -Destination 'C:\Restore\Schannel-<BackupSet:Schannel:name>' | Out-Host }
    Invoke-Shown -Command { certutil '-hashfile' 'C:\Restore\Schannel-<BackupSet:Schannel:name>' 'SHA256' | Out-Host }
    Confirm-Check -Question 'Verify: does it show at least one object: the value contains <BackupSet:Schannel:sha256>?'
}

# ---- Put back saved registry values
# Only if the target is an Edge Server
# Only if the set holds the Schannel values of the server
if (Test-Step -Id 'mem-registry.2' -Title 'Put back the Schannel values that differ' -RunOn '<ServerFqdn>' -Account 'lync-admin' -Look 'on <ServerFqdn> run: reg ''query'' ''HKLM\SYSTEM\CurrentControlSet\Control\SecurityProviders\SCHANNEL'' ''/s'' | Out-Host; if it shows for each of them one object: the value contains <BackupSet:Schannel:values>, the step has had its effect' -Undo 'set each value manually to what the confirmation showed') {
    # Note: Values that the new Windows has beside them stay. A value that only this server must not have is left out by skipping this step with a reason.
    # Note: Schannel reads its protocols when Windows starts; restart the server before Lync is installed.
    Confirm-Check -Question 'Before: what differs from the saved values?'
    Invoke-Shown -Command { reg 'import' 'C:\Restore\Schannel-<BackupSet:Schannel:name>' | Out-Host }
    Assert-ExitCode -Low 0 -High 0
    Invoke-Shown -Command { reg 'query' 'HKLM\SYSTEM\CurrentControlSet\Control\SecurityProviders\SCHANNEL' '/s' | Out-Host }
    Confirm-Check -Question 'Verify: does it show for each of them one object: the value contains <BackupSet:Schannel:values>?'
    # To undo: set each value manually to what the confirmation showed
}

# ---- Put back saved registry values
# Only if the target is an Edge Server
# Only if the file store is reached through a DFS namespace of the domain
# Only if the set holds the DFS value of the server
if (Test-Step -Id 'mem-registry.3' -Title 'Copy the saved DFS value to the server' -RunOn '<ServerFqdn>' -Account 'lync-admin' -Look 'on <ServerFqdn> run: certutil ''-hashfile'' ''C:\Restore\DfsLoopback-<BackupSet:DfsLoopback:name>'' ''SHA256'' | Out-Host; if it shows at least one object: the value contains <BackupSet:DfsLoopback:sha256>, the step has had its effect') {
    Invoke-Shown -Command { New-Item -ItemType 'Directory' -Path 'C:\Restore' -Force | Out-Host }
    Invoke-Shown -Command { Copy-Item -LiteralPath '<BackupSet:DfsLoopback>' -Destination 'C:\Restore\DfsLoopback-<BackupSet:DfsLoopback:name>' | Out-Host }
    Invoke-Shown -Command { certutil '-hashfile' 'C:\Restore\DfsLoopback-<BackupSet:DfsLoopback:name>' 'SHA256' | Out-Host }
    Confirm-Check -Question 'Verify: does it show at least one object: the value contains <BackupSet:DfsLoopback:sha256>?'
}

# ---- Put back saved registry values
# Only if the target is an Edge Server
# Only if the file store is reached through a DFS namespace of the domain
# Only if the set holds the DFS value of the server
if (Test-Step -Id 'mem-registry.4' -Title 'Put back EnableDfsLoopbackTargets' -RunOn '<ServerFqdn>' -Account 'lync-admin' -Look 'on <ServerFqdn> run: reg ''query'' ''HKLM\SYSTEM\CurrentControlSet\Services\Mup\Parameters'' ''/s'' | Out-Host; if it shows for each of them one object: the value contains <BackupSet:DfsLoopback:values>, the step has had its effect' -Undo 'set each value manually to what the confirmation showed') {
    # Note: A server that is itself a target of the DFS folder with the file store reaches it only with this value.
    Confirm-Check -Question 'Before: what differs from the saved values?'
    Invoke-Shown -Command { reg 'import' 'C:\Restore\DfsLoopback-<BackupSet:DfsLoopback:name>' | Out-Host }
    Assert-ExitCode -Low 0 -High 0
    Invoke-Shown -Command { reg 'query' 'HKLM\SYSTEM\CurrentControlSet\Services\Mup\Parameters' '/s' | Out-Host }
    Confirm-Check -Question 'Verify: does it show for each of them one object: the value contains <BackupSet:DfsLoopback:values>?'
    # To undo: set each value manually to what the confirmation showed
}

# ---- Start the Deployment Wizard
if (Test-Step -Id 'mem-setup.1' -Title 'Check that the server is ready for setup' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    # Note: What could not be checked on the lost server at the start is checked here.
    Invoke-Shown -Command { Get-CimInstance -ClassName 'Win32_OperatingSystem' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show the number of objects is at least 1?'
}

# ---- Start the Deployment Wizard
if (Test-Step -Id 'mem-setup.2' -Title 'Start the Deployment Wizard' -RunOn '<ServerFqdn>' -Account 'lync-admin' -Look 'on <ServerFqdn> run: Get-Module -ListAvailable -Name @(''Lync'', ''SkypeForBusiness'') | Format-List -Property ''*'' | Out-Host; if it shows at least one object: Name is one of Lync, SkypeForBusiness, the step has had its effect') {
    Write-Host 'On <ServerFqdn> start \setup\amd64\Setup.exe from the Lync media. Confirm the Visual C++ redistributable, the installation location (as on the other servers) and the licence terms, until the Deployment Wizard opens: from then on the core components and the management shell are there.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    Invoke-Shown -Command { Get-Module -ListAvailable -Name @('Lync', 'SkypeForBusiness') | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show at least one object: Name is one of Lync, SkypeForBusiness?'
}

# ---- Step 1: local configuration store
# Only if not: the target is an Edge Server
# Only if How are the roles installed, certificates assigned and services started? Deployment Wizard, manually on the server
if (Test-Step -Id 'mem-step1.1' -Title 'Step 1: Install Local Configuration Store' -RunOn '<ServerFqdn>' -Account 'lync-admin' -Look 'on <ServerFqdn> run: Get-CsTopology -LocalStore | Out-Host; if it shows the number of objects is at least 1, the step has had its effect') {
    Write-Host 'On <GoodServerFqdn> as lync-admin run: Get-CsComputer -Identity ''<ServerFqdn>'' | Format-List -Property ''*'' | Out-Host'
    Confirm-Check -Question 'Before: the server''s name is in the topology: does it show at least one object: Fqdn is the host <ServerFqdn>?'
    Invoke-Shown -Command { Get-ItemProperty -LiteralPath 'HKLM:\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Before: the server has exactly that name: does it show every object: Hostname is <ServerName> and Domain is <ServerSuffix>?'
    Write-Host 'On <ServerFqdn>, in the Deployment Wizard: Install or Update Lync Server System, Step 1: Install Local Configuration Store, Run, Retrieve directly from the Central Management store, Next, Finish. Look for the green check mark.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    Invoke-Shown -Command { Get-CsTopology -LocalStore | Out-Host }
    Confirm-Check -Question 'Verify: does it show the number of objects is at least 1?'
}

# ---- Step 1: local configuration store
# Only if not: the target is an Edge Server
# Only if How are the roles installed, certificates assigned and services started? Setup, Bootstrapper and cmdlets
if (Test-Step -Id 'mem-step1.2' -Title 'Install the local instance RTCLOCAL' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    # Note: The Lync media has to be in one of the drives D to H, as a disc or a mounted image.
    # Note: The documentation gives this command for watcher nodes; it installs the core components and RTCLOCAL without the Deployment Wizard.
    Write-Host 'On <GoodServerFqdn> as lync-admin run: Get-CsComputer -Identity ''<ServerFqdn>'' | Format-List -Property ''*'' | Out-Host'
    Confirm-Check -Question 'Before: the server''s name is in the topology: does it show at least one object: Fqdn is the host <ServerFqdn>?'
    Invoke-Shown -Command { Get-ItemProperty -LiteralPath 'HKLM:\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Before: the server has exactly that name: does it show every object: Hostname is <ServerName> and Domain is <ServerSuffix>?'
    Invoke-Shown -Command { Get-ChildItem -Path @('D:\setup\amd64\Setup.exe', 'E:\setup\amd64\Setup.exe', 'F:\setup\amd64\Setup.exe', 'G:\setup\amd64\Setup.exe', 'H:\setup\amd64\Setup.exe') -ErrorAction 'SilentlyContinue' | Select-Object -First 1 | Format-List -Property '*' | Out-Host }
    $Read_Setup = Read-Value -Question 'FullName (from <ServerFqdn>)'
    Invoke-Shown -Command { & $Read_Setup '/BootstrapLocalMgmt' | Out-Host }
    Assert-ExitCode -Low 0 -High 0
}

# ---- Step 1: local configuration store
# Only if not: the target is an Edge Server
# Only if How are the roles installed, certificates assigned and services started? Setup, Bootstrapper and cmdlets
if (Test-Step -Id 'mem-step1.3' -Title 'Create the folder for the configuration' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { New-Item -ItemType 'Directory' -Path '<Run:local-folder>\Configuration' -Force -Confirm:$false | Out-Host }
}

# ---- Step 1: local configuration store
# Only if not: the target is an Edge Server
# Only if How are the roles installed, certificates assigned and services started? Setup, Bootstrapper and cmdlets
if (Test-Step -Id 'mem-step1.4' -Title 'Export the configuration from the Central Management store' -RunOn '<ServerFqdn>' -Account 'lync-admin' -Look 'on <ServerFqdn> run: Get-Item -LiteralPath ''<Run:local-folder>\Configuration\Config.zip'' | Format-List -Property ''*'' | Out-Host; if it shows every object: LastWriteTime is another than what it was just before this step and Length is not 0, the step has had its effect') {
    Invoke-Shown -Command { Export-CsConfiguration -FileName '<Run:local-folder>\Configuration\Config.zip' -Force | Out-Host }
    Invoke-Shown -Command { Get-Item -LiteralPath '<Run:local-folder>\Configuration\Config.zip' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: LastWriteTime is another than what it was just before this step and Length is not 0?'
}

# ---- Step 1: local configuration store
# Only if not: the target is an Edge Server
# Only if How are the roles installed, certificates assigned and services started? Setup, Bootstrapper and cmdlets
if (Test-Step -Id 'mem-step1.5' -Title 'Import the configuration into the local configuration store' -RunOn '<ServerFqdn>' -Account 'lync-admin' -Look 'on <ServerFqdn> run: Get-CsTopology -LocalStore | Out-Host; if it shows the number of objects is at least 1, the step has had its effect') {
    Invoke-Shown -Command { Import-CsConfiguration -FileName '<Run:local-folder>\Configuration\Config.zip' -LocalStore | Out-Host }
    Invoke-Shown -Command { Get-CsTopology -LocalStore | Out-Host }
    Confirm-Check -Question 'Verify: does it show the number of objects is at least 1?'
}

# ---- Step 1: local configuration store
# Only if not: the target is an Edge Server
# Only if How are the roles installed, certificates assigned and services started? Setup, Bootstrapper and cmdlets
if (Test-Step -Id 'mem-step1.6' -Title 'Enable the replica' -RunOn '<ServerFqdn>' -Account 'lync-admin' -Look 'on <ServerFqdn> run: Get-CsWindowsService -Name ''REPLICA'' | Format-List -Property ''*'' | Out-Host; if it shows every object: Name is REPLICA, the step has had its effect') {
    Invoke-Shown -Command { Enable-CsReplica -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-CsWindowsService -Name 'REPLICA' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Name is REPLICA?'
}

# ---- Step 1: local configuration store
# Only if the target is an Edge Server
if (Test-Step -Id 'mem-step1.1' -Title 'Create the folder for the configuration' -RunOn '<GoodServerFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { New-Item -ItemType 'Directory' -Path '<Run:local-folder>\Edge\<ServerName>' -Force -Confirm:$false | Out-Host }
}

# ---- Step 1: local configuration store
# Only if the target is an Edge Server
if (Test-Step -Id 'mem-step1.2' -Title 'Export the configuration on an internal computer' -RunOn '<GoodServerFqdn>' -Account 'lync-admin' -Look 'on <GoodServerFqdn> run: Get-Item -LiteralPath ''<Run:local-folder>\Edge\<ServerName>\EdgeConfig.zip'' | Format-List -Property ''*'' | Out-Host; if it shows every object: LastWriteTime is another than what it was just before this step and Length is not 0, the step has had its effect') {
    Invoke-Shown -Command { Export-CsConfiguration -FileName '<Run:local-folder>\Edge\<ServerName>\EdgeConfig.zip' -Force | Out-Host }
    Invoke-Shown -Command { Get-Item -LiteralPath '<Run:local-folder>\Edge\<ServerName>\EdgeConfig.zip' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: LastWriteTime is another than what it was just before this step and Length is not 0?'
}

# ---- Step 1: local configuration store
# Only if the target is an Edge Server
if (Test-Step -Id 'mem-step1.3' -Title 'Copy the file to the transfer folder' -RunOn '<GoodServerFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { robocopy '<Run:local-folder>\Edge\<ServerName>' '<EdgeConfigFolder>' '/E' '/COPY:DATSO' '/DCOPY:T' '/R:2' '/W:5' | Out-Host }
    Assert-ExitCode -Low 0 -High 7
}

# ---- Step 1: local configuration store
# Only if the target is an Edge Server
if (Test-Step -Id 'mem-step1.4' -Title 'Copy the file to the Edge Server' -RunOn '<ServerFqdn>' -Account 'lync-admin' -Look 'on <ServerFqdn> run: Get-Item -LiteralPath ''<Run:local-folder>\Edge\EdgeConfig.zip'' | Format-List -Property ''*'' | Out-Host; if it shows every object: Length is the Length that the step reads first, the step has had its effect') {
    Write-Host 'On <GoodServerFqdn> run: Get-Item -LiteralPath ''<Run:local-folder>\Edge\<ServerName>\EdgeConfig.zip'' | Format-List -Property ''*'' | Out-Host'
    $Read_Length = Read-Value -Question 'Length (from <GoodServerFqdn>)'
    Invoke-Shown -Command { robocopy '<EdgeConfigFolder>' '<Run:local-folder>\Edge' '/E' '/COPY:DATSO' '/DCOPY:T' '/R:2' '/W:5' | Out-Host }
    Assert-ExitCode -Low 0 -High 7
    Invoke-Shown -Command { Get-Item -LiteralPath '<Run:local-folder>\Edge\EdgeConfig.zip' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question ('Verify: does it show every object: Length is <Read:Length>?'.Replace('<Read:Length>', ($Read_Length -join ', ')))
}

# ---- Step 1: local configuration store
# Only if the target is an Edge Server
# Only if How are the roles installed, certificates assigned and services started? Deployment Wizard, manually on the server
if (Test-Step -Id 'mem-step1.5' -Title 'Step 1: Install Local Configuration Store' -RunOn '<ServerFqdn>' -Account 'lync-admin' -Look 'on <ServerFqdn> run: Get-CsTopology -LocalStore | Out-Host; if it shows the number of objects is at least 1, the step has had its effect') {
    Invoke-Shown -Command { Get-ItemProperty -LiteralPath 'HKLM:\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Before: the server has exactly the name in the topology: does it show every object: Hostname is <ServerName> and Domain is <ServerSuffix>?'
    Write-Host 'On <ServerFqdn>, in the Deployment Wizard: Install or Update Lync Server System, Step 1: Install Local Configuration Store, Run, Import from a file (Recommended for Edge Servers), choose <Run:local-folder>\Edge\EdgeConfig.zip, Next, Finish. Look for the green check mark.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    Invoke-Shown -Command { Get-CsTopology -LocalStore | Out-Host }
    Confirm-Check -Question 'Verify: does it show the number of objects is at least 1?'
}

# ---- Step 1: local configuration store
# Only if the target is an Edge Server
# Only if How are the roles installed, certificates assigned and services started? Setup, Bootstrapper and cmdlets
if (Test-Step -Id 'mem-step1.6' -Title 'Install the local instance RTCLOCAL' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    # Note: The Lync media has to be in one of the drives D to H, as a disc or a mounted image.
    # Note: The documentation gives this command for watcher nodes; it installs the core components and RTCLOCAL without the Deployment Wizard.
    Invoke-Shown -Command { Get-ItemProperty -LiteralPath 'HKLM:\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Before: the server has exactly the name in the topology: does it show every object: Hostname is <ServerName> and Domain is <ServerSuffix>?'
    Invoke-Shown -Command { Get-ChildItem -Path @('D:\setup\amd64\Setup.exe', 'E:\setup\amd64\Setup.exe', 'F:\setup\amd64\Setup.exe', 'G:\setup\amd64\Setup.exe', 'H:\setup\amd64\Setup.exe') -ErrorAction 'SilentlyContinue' | Select-Object -First 1 | Format-List -Property '*' | Out-Host }
    $Read_Setup = Read-Value -Question 'FullName (from <ServerFqdn>)'
    Invoke-Shown -Command { & $Read_Setup '/BootstrapLocalMgmt' | Out-Host }
    Assert-ExitCode -Low 0 -High 0
}

# ---- Step 1: local configuration store
# Only if the target is an Edge Server
# Only if How are the roles installed, certificates assigned and services started? Setup, Bootstrapper and cmdlets
if (Test-Step -Id 'mem-step1.7' -Title 'Import the configuration into the local configuration store' -RunOn '<ServerFqdn>' -Account 'lync-admin' -Look 'on <ServerFqdn> run: Get-CsTopology -LocalStore | Out-Host; if it shows the number of objects is at least 1, the step has had its effect') {
    Invoke-Shown -Command { Import-CsConfiguration -FileName '<Run:local-folder>\Edge\EdgeConfig.zip' -LocalStore | Out-Host }
    Invoke-Shown -Command { Get-CsTopology -LocalStore | Out-Host }
    Confirm-Check -Question 'Verify: does it show the number of objects is at least 1?'
}

# ---- Step 1: local configuration store
# Only if the target is an Edge Server
# Only if How are the roles installed, certificates assigned and services started? Setup, Bootstrapper and cmdlets
if (Test-Step -Id 'mem-step1.8' -Title 'Enable the replica' -RunOn '<ServerFqdn>' -Account 'lync-admin' -Look 'on <ServerFqdn> run: Get-CsWindowsService -Name ''REPLICA'' | Format-List -Property ''*'' | Out-Host; if it shows every object: Name is REPLICA, the step has had its effect') {
    Invoke-Shown -Command { Enable-CsReplica -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-CsWindowsService -Name 'REPLICA' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Name is REPLICA?'
}

# ---- Step 2: install the role
# Only if How are the roles installed, certificates assigned and services started? Setup, Bootstrapper and cmdlets
if (Test-Step -Id 'mem-step2.1' -Title 'Install the role''s components' -RunOn '<ServerFqdn>' -Account 'lync-admin' -Look 'on <ServerFqdn> run: Get-CsWindowsService | Format-List -Property ''*'' | Out-Host; if it shows at least one object: Name is <RoleService>, the step has had its effect') {
    # Note: The folder is the one in which the core components are installed, as the registry of the server has it.
    # Note: If it asks for a restart, restart the server and send it again.
    Invoke-Shown -Command { Get-ItemProperty -LiteralPath 'HKLM:\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Before: the server has exactly the name in the topology: does it show every object: Hostname is <ServerName> and Domain is <ServerSuffix>?'
    Invoke-Shown -Command { Get-ItemProperty -LiteralPath 'HKLM:\SOFTWARE\Microsoft\Real-Time Communications\{A766C25B-A1D1-4711-A726-AC3E7CA4AAB3}' | Format-List -Property '*' | Out-Host }
    $Read_InstallDir = Read-Value -Question 'InstallDir (from <ServerFqdn>)'
    Invoke-Shown -Command { & ('<Read:InstallDir>Deployment\Bootstrapper.exe'.Replace('<Read:InstallDir>', ($Read_InstallDir -join ', '))) | Out-Host }
    Assert-ExitCode -Low 0 -High 0
    Invoke-Shown -Command { Get-CsWindowsService | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show at least one object: Name is <RoleService>?'
}

# ---- Step 2: install the role
# Only if How are the roles installed, certificates assigned and services started? Setup, Bootstrapper and cmdlets
if (Test-Step -Id 'mem-step2.2' -Title 'Activate the role' -RunOn '<ServerFqdn>' -Account 'lync-admin' -Look 'on <ServerFqdn> run: Get-CsWindowsService | Format-List -Property ''*'' | Out-Host; if it shows at least one object: Name is <RoleService>, the step has had its effect') {
    Invoke-Shown -Command { Enable-CsComputer -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-CsWindowsService | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show at least one object: Name is <RoleService>?'
}

# ---- Step 2: install the role
# Only if How are the roles installed, certificates assigned and services started? Deployment Wizard, manually on the server
if (Test-Step -Id 'mem-step2' -Title 'Step 2: install the role' -RunOn '<ServerFqdn>' -Account 'lync-admin' -Look 'on <ServerFqdn> run: Get-CsWindowsService | Format-List -Property ''*'' | Out-Host; if it shows at least one object: Name is <RoleService>, the step has had its effect') {
    Write-Host 'Step 2: Setup or Remove Lync Server Components, Run. It installs the roles that the published topology names for <ServerFqdn>. Review the log, Finish. If it asks for a restart, restart and run step 2 again.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    Invoke-Shown -Command { Get-CsWindowsService | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show at least one object: Name is <RoleService>?'
}

# ---- Bring the server to the cumulative update (CU) version of the other servers
# Only if the cumulative update (CU) version of the servers is recorded
if (Test-Step -Id 'mem-update' -Title 'Bring the server to the cumulative update (CU) version of the other servers' -RunOn '<ServerFqdn>' -Account 'lync-admin' -Look 'on <ServerFqdn> run: Get-ItemProperty -Path ''HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall\*'' | Format-List -Property ''*'' | Out-Host; if it shows at least one object: DisplayName contains Server 2013, Core Components and DisplayVersion is <UpdateLevel>, the step has had its effect') {
    Write-Host 'Close the Deployment Wizard. Install on <ServerFqdn> the cumulative update that the other servers have, so that Programs and Features shows <UpdateLevel>; restart the server if it asks for it.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    Invoke-Shown -Command { Get-ItemProperty -Path 'HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall\*' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show at least one object: DisplayName contains Server 2013, Core Components and DisplayVersion is <UpdateLevel>?'
}

# ---- Step 3: certificates
# Only if How are the roles installed, certificates assigned and services started? Setup, Bootstrapper and cmdlets
if (Test-Step -Id 'mem-step3.1' -Title 'Assign the certificate' -RunOn '<ServerFqdn>' -Account 'lync-admin' -Look 'on <ServerFqdn> run: Get-CsCertificate -Type ''<CertificateUses>'' | Format-List -Property ''*'' | Out-Host; if it shows every object: Thumbprint is the Thumbprint that the step reads first; for each of them one object: Use is <CertificateUses>, the step has had its effect' -Undo 'assign another certificate') {
    # Note: A recorded certificate comes first, else one with private key, valid dates and the right names; its subject and expiry are shown.
    Invoke-Shown -Command { Get-ChildItem -Path 'Cert:\LocalMachine\My' | Select-Object -Property @('Thumbprint', 'Subject', 'NotBefore', 'NotAfter', 'HasPrivateKey', 'DnsNameList') | Format-List -Property '*' | Out-Host }
    $Read_Thumbprint = Read-Value -Question 'Thumbprint (from <ServerFqdn>)'
    Invoke-Shown -Command { Set-CsCertificate -Type '<CertificateUses>' -Thumbprint $Read_Thumbprint -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-CsCertificate -Type '<CertificateUses>' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question ('Verify: does it show every object: Thumbprint is <Read:Thumbprint>; for each of them one object: Use is <CertificateUses>?'.Replace('<Read:Thumbprint>', ($Read_Thumbprint -join ', ')))
    # To undo: assign another certificate
}

# ---- Step 3: certificates
# Only if How are the roles installed, certificates assigned and services started? Deployment Wizard, manually on the server
if (Test-Step -Id 'mem-step3.1' -Title 'Assign the certificate' -RunOn '<ServerFqdn>' -Account 'lync-admin' -Look 'on <ServerFqdn> run: Get-CsCertificate -Type ''<CertificateUses>'' | Format-List -Property ''*'' | Out-Host; if it shows for each of them one object: Use is <CertificateUses>, the step has had its effect' -Undo 'assign another certificate') {
    # Note: A recorded certificate comes first, else one with private key, valid dates and the right names; its subject and expiry are shown.
    Invoke-Shown -Command { Get-ChildItem -Path 'Cert:\LocalMachine\My' | Select-Object -Property @('Thumbprint', 'Subject', 'NotBefore', 'NotAfter', 'HasPrivateKey', 'DnsNameList') | Format-List -Property '*' | Out-Host }
    $Read_Thumbprint = Read-Value -Question 'Thumbprint (from <ServerFqdn>)'
    Write-Host 'Step 3: Request, Install or Assign Certificates, Run. Assign the restored certificates to every usage that is shown; on an Edge Server the internal one and the external one. Never request OAuthTokenIssuer on a rebuilt server; it arrives by replication. Finished when the status is Assigned.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    Invoke-Shown -Command { Get-CsCertificate -Type '<CertificateUses>' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show for each of them one object: Use is <CertificateUses>?'
    # To undo: assign another certificate
}

# ---- Step 3: certificates
# Only if the target is an Edge Server
# Only if How are the roles installed, certificates assigned and services started? Setup, Bootstrapper and cmdlets
if (Test-Step -Id 'mem-step3.2' -Title 'Assign the external certificate' -RunOn '<ServerFqdn>' -Account 'lync-admin' -Look 'on <ServerFqdn> run: Get-CsCertificate -Type ''<ExternalCertificateUses>'' | Format-List -Property ''*'' | Out-Host; if it shows every object: Thumbprint is the Thumbprint that the step reads first; for each of them one object: Use is <ExternalCertificateUses>, the step has had its effect' -Undo 'assign another certificate') {
    Invoke-Shown -Command { Get-ChildItem -Path 'Cert:\LocalMachine\My' | Select-Object -Property @('Thumbprint', 'Subject', 'NotBefore', 'NotAfter', 'HasPrivateKey', 'DnsNameList') | Format-List -Property '*' | Out-Host }
    $Read_Thumbprint = Read-Value -Question 'Thumbprint (from <ServerFqdn>)'
    Invoke-Shown -Command { Set-CsCertificate -Type '<ExternalCertificateUses>' -Thumbprint $Read_Thumbprint -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-CsCertificate -Type '<ExternalCertificateUses>' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question ('Verify: does it show every object: Thumbprint is <Read:Thumbprint>; for each of them one object: Use is <ExternalCertificateUses>?'.Replace('<Read:Thumbprint>', ($Read_Thumbprint -join ', ')))
    # To undo: assign another certificate
}

# ---- Step 3: certificates
# Only if the target is an Edge Server
# Only if the pool has other servers
if (Test-Step -Id 'mem-step3.3' -Title 'Check that every Edge Server has the same A/V certificate' -RunOn '<ServerFqdn>' -Account 'lync-admin' -Look 'on <ServerFqdn> run: Get-CsCertificate -Type @(''AudioVideoAuthentication'') | Format-List -Property ''*'' | Out-Host; if it shows every object: Thumbprint is one of the Others that the step reads first, the step has had its effect') {
    # Note: Media relay authentication works with one certificate and its private key on all servers of the Edge pool alone.
    Write-Host 'On <OtherMemberFqdn> run: Get-CsCertificate -Type @(''AudioVideoAuthentication'') | Format-List -Property ''*'' | Out-Host'
    $Read_Others = Read-Value -Question 'Thumbprint (from <OtherMemberFqdn>)'
    Invoke-Shown -Command { Get-CsCertificate -Type @('AudioVideoAuthentication') | Format-List -Property '*' | Out-Host }
    Invoke-Shown -Command { Get-CsCertificate -Type @('AudioVideoAuthentication') | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question ('Verify: does it show every object: Thumbprint is one of <Read:Others>?'.Replace('<Read:Others>', ($Read_Others -join ', ')))
}

# ---- Step 3: certificates
# Only if the target runs Web Services (Front End, Standard Edition, Director)
if (Test-Step -Id 'mem-step3.4' -Title 'Check that the server has the deployment''s OAuth certificate' -RunOn '<ServerFqdn>' -Account 'lync-admin' -Look 'on <ServerFqdn> run: Get-CsCertificate -Type @(''OAuthTokenIssuer'') | Out-Host; if it shows the number of objects is at least 1 (within 15 min), the step has had its effect') {
    # Note: Never request a new one on a rebuilt server; it is one certificate for the whole deployment.
    Invoke-Shown -Command { Get-CsCertificate -Type @('OAuthTokenIssuer') | Format-List -Property '*' | Out-Host }
    Invoke-Shown -Command { Get-CsCertificate -Type @('OAuthTokenIssuer') | Out-Host }
    Confirm-Check -Question 'Verify: does it show the number of objects is at least 1 (within 15 min)?'
}

# ---- Front End Server: reset Windows Fabric state (MachineStateRemoved)
# Only if the plan is the reset of the Windows Fabric state alone
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if the pool has other servers
if (Test-Step -Id 'mem-fabric' -Title 'Front End Server: reset Windows Fabric state (MachineStateRemoved)' -RunOn '<OtherMemberFqdn>' -Account 'lync-admin' -Look 'on <OtherMemberFqdn> run: Get-CsWindowsService -Name ''RTCSRV'' | Format-List -Property ''*'' | Out-Host; if it shows every object: Status is Running (within 60 min), the step has had its effect' -Undo 'none') {
    # Note: Plan it outside working hours. Where RTCSRV was Starting, go on with the restore afterwards; it verifies mem-step4.
    # Note: Where the rest of the pool is down, restore the pool as a whole (restore-pool).
    Invoke-Shown -Command { Get-CsWindowsService -Name 'RTCSRV' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Before: the rest of the pool runs: does it show every object: Status is Running?'
    Write-Host 'On <ServerFqdn> as lync-admin run: Get-CsWindowsService -Name ''RTCSRV'' | Format-List -Property ''*'' | Out-Host'
    Confirm-Check -Question 'Before: RTCSRV on the rebuilt server is stopped, or stays Starting: does it show every object: Status is one of Stopped, StartPending, Starting?'
    Confirm-Harm -Harm 'stops and restarts the services of <PoolFqdn> and removes <ServerFqdn> from its Windows Fabric; the users of the whole pool are cut off for that time' -Name '<PoolFqdn>'
    Invoke-Shown -Command { Reset-CsPoolRegistrarState -PoolFqdn '<PoolFqdn>' -ResetType 'MachineStateRemoved' -MachineFqdn '<ServerFqdn>' -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-CsWindowsService -Name 'RTCSRV' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Status is Running (within 60 min)?'
    # To undo: none
}

# ---- Step 4: start services
# Only if How are the roles installed, certificates assigned and services started? Setup, Bootstrapper and cmdlets
if (Test-Step -Id 'mem-step4.1' -Title 'Start the services' -RunOn '<ServerFqdn>' -Account 'lync-admin' -Look 'on <ServerFqdn> run: Get-CsWindowsService | Format-List -Property ''*'' | Out-Host; if it shows every object: Status is Running (within 60 min), the step has had its effect' -Undo 'Stop-CsWindowsService') {
    # Note: With several Front End Servers of one pool lost, start them together (restore-pool); otherwise this never ends.
    Invoke-Shown -Command { Start-CsWindowsService -NoWait -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-CsWindowsService | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Status is Running (within 60 min)?'
    # To undo: Stop-CsWindowsService
}

# ---- Step 4: start services
# Only if How are the roles installed, certificates assigned and services started? Deployment Wizard, manually on the server
if (Test-Step -Id 'mem-step4.1' -Title 'Start the services' -RunOn '<ServerFqdn>' -Account 'lync-admin' -Look 'on <ServerFqdn> run: Get-CsWindowsService | Format-List -Property ''*'' | Out-Host; if it shows every object: Status is Running (within 60 min), the step has had its effect' -Undo 'Stop-CsWindowsService') {
    # Note: With several Front End Servers of one pool lost, start them together (restore-pool); otherwise this never ends.
    Write-Host 'Step 4: Start Services, Run, Next, Finish. The wizard reports success even if a service did not start: look at Service Status (Optional) and start what is not running.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    Invoke-Shown -Command { Get-CsWindowsService | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Status is Running (within 60 min)?'
    # To undo: Stop-CsWindowsService
}

# ---- Step 4: start services
if (Test-Step -Id 'mem-step4.2' -Title 'Create the folder for the report' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { New-Item -ItemType 'Directory' -Path 'C:\Logs' -Force -Confirm:$false | Out-Host }
}

# ---- Step 4: start services
if (Test-Step -Id 'mem-step4.3' -Title 'Test the computer' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { Test-CsComputer -Report 'C:\Logs\ComputerTest.html' | Out-Host }
}

# ---- Step 4: start services
if (Test-Step -Id 'mem-step4.4' -Title 'Test the replica' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { Test-CsReplica | Out-Host }
}

# ---- Step 4: start services
# Only if another working server of the site is recorded
if (Test-Step -Id 'mem-step4.5' -Title 'Check that the configuration is replicated to the server' -RunOn '<GoodServerFqdn>' -Account 'lync-admin' -Look 'on <GoodServerFqdn> run: Get-CsManagementStoreReplicationStatus -ReplicaFqdn ''<ServerFqdn>'' | Format-List -Property ''*'' | Out-Host; if it shows every object: UpToDate is True (within 15 min), the step has had its effect') {
    Invoke-Shown -Command { Get-CsManagementStoreReplicationStatus -ReplicaFqdn '<ServerFqdn>' | Format-List -Property '*' | Out-Host }
    Invoke-Shown -Command { Get-CsManagementStoreReplicationStatus -ReplicaFqdn '<ServerFqdn>' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: UpToDate is True (within 15 min)?'
}

# ---- Kerberos account password
# Only if the target runs Web Services (Front End, Standard Edition, Director)
# Only if a Kerberos web authentication account is assigned to the site
# Only if another working server of the site is recorded
if (Test-Step -Id 'mem-kerberos.1' -Title 'Copy the password to the rebuilt server' -RunOn '<GoodServerFqdn>' -Account 'lync-admin') {
    # Note: Windows shows no password; Test-CsKerberosAccountAssignment in the next step tells whether it is right.
    Confirm-Harm -Harm 'sets the Kerberos account''s password in IIS on <ServerFqdn>' -Name '<ServerFqdn>'
    Invoke-Shown -Command { Set-CsKerberosAccountPassword -FromComputer '<GoodServerFqdn>' -ToComputer '<ServerFqdn>' -Confirm:$false | Out-Host }
}

# ---- Kerberos account password
# Only if the target runs Web Services (Front End, Standard Edition, Director)
# Only if a Kerberos web authentication account is assigned to the site
# Only if another working server of the site is recorded
if (Test-Step -Id 'mem-kerberos.2' -Title 'Enable the topology' -RunOn '<GoodServerFqdn>' -Account 'lync-admin' -Look 'on <GoodServerFqdn> run: Test-CsKerberosAccountAssignment -Identity ''site:<SiteName>'' | Out-Host; if it shows no object: the value contains fail, the step has had its effect') {
    Confirm-Harm -Harm 'rewrites AD objects and ACLs according to the topology' -Name '<ServerFqdn>'
    Invoke-Shown -Command { Enable-CsTopology -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Test-CsKerberosAccountAssignment -Identity 'site:<SiteName>' | Out-Host }
    Confirm-Check -Question 'Verify: does it show no object: the value contains fail?'
}

# ---- Check the pool
# Only if the target belongs to an Enterprise Edition Front End pool
if (Test-Step -Id 'mem-quorum.1' -Title 'Check that every Front End Server of the pool runs' -RunOn '<ServerFqdn>' -Account 'lync-admin' -Look 'on <ServerFqdn> run: Get-Service -Name @(''RTCSRV'') -ComputerName ''<PoolFrontEnds>'' | Format-List -Property ''*'' | Out-Host; if it shows every object: Status is Running (within 15 min), the step has had its effect') {
    # Note: The answer is for a person to read: it concerns updates, not this restore. Get-CsPoolFabricState -PoolFqdn <PoolFqdn> prints which routing group lacks replicas; look for the word missing.
    # Note: A Front End Server that will be missing for days is removed from the topology and added again later.
    Invoke-Shown -Command { Get-CsPoolUpgradeReadinessState | Format-List -Property '*' | Out-Host }
    Invoke-Shown -Command { Get-Service -Name @('RTCSRV') -ComputerName '<PoolFrontEnds>' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Status is Running (within 15 min)?'
}

# ---- Check the pool
# Only if the target belongs to an Enterprise Edition Front End pool
if (Test-Step -Id 'mem-quorum.2' -Title 'Check that the server''s replica is up to date' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { Get-CsManagementStoreReplicationStatus -ReplicaFqdn '<ServerFqdn>' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: UpToDate is True?'
}

# ---- Try the pool as a user
# Only if a pool that homes users is known, with which the result is tried
# Only if two test accounts of the pool that is tried are recorded
if (Test-Step -Id 'mem-accept.1.1' -Title 'Try it: a test user signs in' -RunOn '<TriedServerFqdn>' -Account 'lync-admin') {
    # Note: The passwords of <TestUser1> and <TestUser2> are asked once and kept in memory only.
    # Note: Each of these tests may be left out with a reason; the report shows result and latency.
    Invoke-Shown -Command { Test-CsRegistration -TargetFqdn '<TriedPoolFqdn>' -UserSipAddress '<TestUser1Sip>' -UserCredential (Get-Credential '<TestUser1>') | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Result is Success?'
}

# ---- Try the pool as a user
# Only if a pool that homes users is known, with which the result is tried
# Only if two test accounts of the pool that is tried are recorded
if (Test-Step -Id 'mem-accept.1.2' -Title 'Try it: an instant message between two test users' -RunOn '<TriedServerFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { Test-CsIM -TargetFqdn '<TriedPoolFqdn>' -SenderSipAddress '<TestUser1Sip>' -SenderCredential (Get-Credential '<TestUser1>') -ReceiverSipAddress '<TestUser2Sip>' -ReceiverCredential (Get-Credential '<TestUser2>') | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Result is Success?'
}

# ---- Try the pool as a user
# Only if a pool that homes users is known, with which the result is tried
# Only if two test accounts of the pool that is tried are recorded
if (Test-Step -Id 'mem-accept.1.3' -Title 'Try it: one test user sees the presence of the other' -RunOn '<TriedServerFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { Test-CsPresence -TargetFqdn '<TriedPoolFqdn>' -PublisherSipAddress '<TestUser1Sip>' -PublisherCredential (Get-Credential '<TestUser1>') -SubscriberSipAddress '<TestUser2Sip>' -SubscriberCredential (Get-Credential '<TestUser2>') | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Result is Success?'
}

# ---- Try the pool as a user
# Only if a pool that homes users is known, with which the result is tried
# Only if two test accounts of the pool that is tried are recorded
if (Test-Step -Id 'mem-accept.1.4' -Title 'Try it: a conference of two test users with messages' -RunOn '<TriedServerFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { Test-CsGroupIM -TargetFqdn '<TriedPoolFqdn>' -SenderSipAddress '<TestUser1Sip>' -SenderCredential (Get-Credential '<TestUser1>') -ReceiverSipAddress '<TestUser2Sip>' -ReceiverCredential (Get-Credential '<TestUser2>') | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Result is Success?'
}

# ---- Try the pool as a user
# Only if a pool that homes users is known, with which the result is tried
# Only if two test accounts of the pool that is tried are recorded
if (Test-Step -Id 'mem-accept.1.5' -Title 'Try it: a test user reaches the Address Book' -RunOn '<TriedServerFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { Test-CsAddressBookService -TargetFqdn '<TriedPoolFqdn>' -UserSipAddress '<TestUser1Sip>' -UserCredential (Get-Credential '<TestUser1>') | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Result is Success?'
}

# ---- Try the pool as a user
# Only if a pool that homes users is known, with which the result is tried
# Only if two test accounts of the pool that is tried are recorded
# Only if the users of the pool that is tried have Persistent Chat
# Only if Persistent Chat of the pool that is tried was not lost with it
if (Test-Step -Id 'mem-accept.1.6' -Title 'Try it: a message in a chat room' -RunOn '<TriedServerFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { Test-CsPersistentChatMessage -TargetFqdn '<TriedPoolFqdn>' -SenderSipAddress '<TestUser1Sip>' -SenderCredential (Get-Credential '<TestUser1>') -ReceiverSipAddress '<TestUser2Sip>' -ReceiverCredential (Get-Credential '<TestUser2>') | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Result is Success?'
}

# ---- Try the pool as a user
# Only if a pool that homes users is known, with which the result is tried
# Only if not: two test accounts of the pool that is tried are recorded
# Only if With whom is the pool tried at the end? a person signs in and tries
if (Test-Step -Id 'mem-accept.2' -Title 'Try it: sign in, send messages, look at contacts' -RunOn '<TriedServerFqdn>' -Account 'lync-admin') {
    # Note: Record two test accounts in the deployment facts; the next restore then tries all this by cmdlets.
    # Note: Only a person sees what the client shows.
    Write-Host 'Sign in to the Lync client as two users of <TriedPoolFqdn>. Look at the contact lists, send an instant message in both directions, start a conference of the two with a third person, search for a name in the Address Book, and write into a chat room where Persistent Chat is deployed. An Edge Server: sign in from outside as well.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
}

# ---- Try the pool as a user
# Only if a pool that homes users is known, with which the result is tried
# Only if not: two test accounts of the pool that is tried are recorded
# Only if With whom is the pool tried at the end? the test accounts of Get-CsHealthMonitoringConfiguration
if (Test-Step -Id 'mem-accept.2.1' -Title 'Try it: a test user signs in' -RunOn '<TriedServerFqdn>' -Account 'lync-admin') {
    # Note: Each of these tests may be left out with a reason; the report shows result and latency.
    Invoke-Shown -Command { Test-CsRegistration -TargetFqdn '<TriedPoolFqdn>' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Result is Success?'
}

# ---- Try the pool as a user
# Only if a pool that homes users is known, with which the result is tried
# Only if not: two test accounts of the pool that is tried are recorded
# Only if With whom is the pool tried at the end? the test accounts of Get-CsHealthMonitoringConfiguration
if (Test-Step -Id 'mem-accept.2.2' -Title 'Try it: an instant message between two test users' -RunOn '<TriedServerFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { Test-CsIM -TargetFqdn '<TriedPoolFqdn>' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Result is Success?'
}

# ---- Try the pool as a user
# Only if a pool that homes users is known, with which the result is tried
# Only if not: two test accounts of the pool that is tried are recorded
# Only if With whom is the pool tried at the end? the test accounts of Get-CsHealthMonitoringConfiguration
if (Test-Step -Id 'mem-accept.2.3' -Title 'Try it: one test user sees the presence of the other' -RunOn '<TriedServerFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { Test-CsPresence -TargetFqdn '<TriedPoolFqdn>' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Result is Success?'
}

# ---- Try the pool as a user
# Only if a pool that homes users is known, with which the result is tried
# Only if not: two test accounts of the pool that is tried are recorded
# Only if With whom is the pool tried at the end? the test accounts of Get-CsHealthMonitoringConfiguration
if (Test-Step -Id 'mem-accept.2.4' -Title 'Try it: a conference of two test users with messages' -RunOn '<TriedServerFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { Test-CsGroupIM -TargetFqdn '<TriedPoolFqdn>' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Result is Success?'
}

# ---- Try the pool as a user
# Only if a pool that homes users is known, with which the result is tried
# Only if not: two test accounts of the pool that is tried are recorded
# Only if With whom is the pool tried at the end? the test accounts of Get-CsHealthMonitoringConfiguration
if (Test-Step -Id 'mem-accept.2.5' -Title 'Try it: a test user reaches the Address Book' -RunOn '<TriedServerFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { Test-CsAddressBookService -TargetFqdn '<TriedPoolFqdn>' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Result is Success?'
}

# ---- Try the pool as a user
# Only if a pool that homes users is known, with which the result is tried
# Only if not: two test accounts of the pool that is tried are recorded
# Only if With whom is the pool tried at the end? the test accounts of Get-CsHealthMonitoringConfiguration
# Only if the users of the pool that is tried have Persistent Chat
# Only if Persistent Chat of the pool that is tried was not lost with it
if (Test-Step -Id 'mem-accept.2.6' -Title 'Try it: a message in a chat room' -RunOn '<TriedServerFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { Test-CsPersistentChatMessage -TargetFqdn '<TriedPoolFqdn>' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Result is Success?'
}

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
