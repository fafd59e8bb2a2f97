# Restore a whole pool (restore-pool)
# Target: pool01.contoso.com. Backup set: 2026-11-22T013000Z_contoso. Plan: sha256:d1a3f7b580cee805ab14189bee3eafd592fb71f80b755fe4fc59112ebb34f246
# After: Restoring a Lync Server pool in Lync Server 2013
# Start it in the Lync Server Management Shell. It asks before every step; -From ID goes on at a step.
#requires -Version 3.0
[CmdletBinding()]
param(
    # Id of the step to begin with; those before it are passed over.
    [string] $From = ''
)
$ErrorActionPreference = 'Stop'
if ($PSVersionTable.PSVersion.Major -gt 5) {
    throw 'Use Windows PowerShell (powershell.exe), version 3 to 5.1: this script keeps its rules of quoting.'
}
$script:Waiting = $From -ne ''

function Test-Step([string] $Id, [string] $Title, [string] $RunOn, [string] $Account) {
    if ($script:Waiting) {
        if ($Id -ne $From) { return $false }
        $script:Waiting = $false
    }
    Write-Host ''
    Write-Host ('{0}  {1}' -f $Id, $Title) -ForegroundColor Cyan
    Write-Host ('Run it on {0} as {1}.' -f $RunOn, $Account)
    $computer = ($RunOn -split '[.\\]')[0]
    if ($computer -ne $env:COMPUTERNAME) {
        Write-Warning ('This is {0}. Start this script on {1} with -From {2};' -f $env:COMPUTERNAME, $RunOn, $Id)
        Write-Warning 'or answer here, where the step may as well run from this computer.'
    }
    while ($true) {
        switch (Read-Host 'run, skip or quit') {
            'run' { return $true }
            'skip' { return $false }
            'quit' { Write-Host ('Go on later with -From {0}' -f $Id); exit 130 }
        }
    }
}

function Confirm-Harm([string] $Harm, [string] $Name) {
    Write-Host ('DESTRUCTIVE: {0}' -f $Harm) -ForegroundColor Red
    while ((Read-Host ('Type {0} to go on (Ctrl+C stops)' -f $Name)) -ne $Name) { }
}

function Confirm-Check([string] $Question) {
    if ((Read-Host ('{0} (yes or no)' -f $Question)) -ne 'yes') {
        throw 'Stopped: the answer was not yes. Fix it, then start again with -From and the id of this step.'
    }
}

function Assert-ExitCode([int] $Low, [int] $High) {
    if ($LASTEXITCODE -lt $Low -or $LASTEXITCODE -gt $High) {
        $success = if ($Low -eq $High) { "$Low means" } else { "$Low to $High mean" }
        throw ('Exit code {0}; {1} success.' -f $LASTEXITCODE, $success)
    }
}

function Read-Value([string] $Question) {
    $values = @()
    while ($true) {
        $line = Read-Host ('{0}: one value a line, an empty line ends' -f $Question)
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

# ---- Prepare
if (Test-Step -Id 'prepare/prep-decide' -Title 'Decide what to restore' -RunOn 'pool01.contoso.com' -Account 'lync-admin') {
    # Note: Restore only when troubleshooting has failed; a restore costs downtime and everything since the backup.
    # Note: The person named in the plan decides. Have media, keys, certificates and the worksheets at hand before going on.
    Write-Host 'Decide: Decide what to restore (restore)'
    [void] (Read-Host 'Press Enter when it is done')
}

# ---- Which kind of pool
if (Test-Step -Id 'pool-kind' -Title 'Which kind of pool' -RunOn 'pool01.contoso.com' -Account 'lync-admin') {
    # Note: A Front End pool gets its Back End first, then every Front End Server; all of them are started together.
    # Note: Of a Mediation, Persistent Chat, Edge or Director pool every member is restored and started.
    Write-Host 'Decide: Which kind of pool (restore every member)'
    [void] (Read-Host 'Press Enter when it is done')
}

# ---- A clean server for every member
if (Test-Step -Id 'prepare/prep-ad@fe01.contoso.com' -Title 'Keep the AD computer account' -RunOn 'dc01.contoso.com' -Account 'domain-admin') {
    # Note: Joining with the same name re-uses the account; deleting it loses the group memberships.
    # Note: Since October 2022 (KB5020276) only the account's creator or an allowed owner may join with it again.
    Write-Host 'Do not delete the computer account of fe01.contoso.com when Windows is installed again. Have the AD administrator check that the account exists, is enabled, and is still a member of its Lync (RTC) groups; reset it if needed.'
    [void] (Read-Host 'Press Enter when it is done')
    Get-ADComputer -Identity 'fe01' -Properties @('MemberOf') | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Enabled is True?'
}

# ---- A clean server for every member
if (Test-Step -Id 'prepare/prep-ad@fe02.contoso.com' -Title 'Keep the AD computer account' -RunOn 'dc01.contoso.com' -Account 'domain-admin') {
    # Note: Joining with the same name re-uses the account; deleting it loses the group memberships.
    # Note: Since October 2022 (KB5020276) only the account's creator or an allowed owner may join with it again.
    Write-Host 'Do not delete the computer account of fe02.contoso.com when Windows is installed again. Have the AD administrator check that the account exists, is enabled, and is still a member of its Lync (RTC) groups; reset it if needed.'
    [void] (Read-Host 'Press Enter when it is done')
    Get-ADComputer -Identity 'fe02' -Properties @('MemberOf') | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Enabled is True?'
}

# ---- A clean server for every member
if (Test-Step -Id 'prepare/prep-ad@fe03.contoso.com' -Title 'Keep the AD computer account' -RunOn 'dc01.contoso.com' -Account 'domain-admin') {
    # Note: Joining with the same name re-uses the account; deleting it loses the group memberships.
    # Note: Since October 2022 (KB5020276) only the account's creator or an allowed owner may join with it again.
    Write-Host 'Do not delete the computer account of fe03.contoso.com when Windows is installed again. Have the AD administrator check that the account exists, is enabled, and is still a member of its Lync (RTC) groups; reset it if needed.'
    [void] (Read-Host 'Press Enter when it is done')
    Get-ADComputer -Identity 'fe03' -Properties @('MemberOf') | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Enabled is True?'
}

# ---- A clean server for every member
if (Test-Step -Id 'restore-member/mem-bare.1@fe01.contoso.com' -Title 'Install Windows under the old name' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    # Note: A Front End Server gets the same Windows version as the other Front End Servers of its pool.
    # Note: With a wrong name or suffix the Deployment Wizard uninstalls every role (pitfall P10).
    Confirm-Harm -Harm 'the disks of the computer that becomes fe01.contoso.com are wiped' -Name 'fe01.contoso.com'
    Write-Host 'Install Windows on the replacement computer with the name fe01.contoso.com: same computer name, same DNS suffix, same IP address and DNS record as before; join the domain with the existing computer account; install the patches and the Lync prerequisites; leave the Windows Firewall on.'
    [void] (Read-Host 'Press Enter when it is done')
    Get-CimInstance -ClassName 'Win32_ComputerSystem' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: DNSHostName is fe01 and PartOfDomain is True and Domain is contoso.com?'
    # To undo: none; whatever is on the disks is gone
}

# ---- A clean server for every member
if (Test-Step -Id 'restore-member/mem-bare.1@fe02.contoso.com' -Title 'Install Windows under the old name' -RunOn 'fe02.contoso.com' -Account 'lync-admin') {
    # Note: A Front End Server gets the same Windows version as the other Front End Servers of its pool.
    # Note: With a wrong name or suffix the Deployment Wizard uninstalls every role (pitfall P10).
    Confirm-Harm -Harm 'the disks of the computer that becomes fe02.contoso.com are wiped' -Name 'fe02.contoso.com'
    Write-Host 'Install Windows on the replacement computer with the name fe02.contoso.com: same computer name, same DNS suffix, same IP address and DNS record as before; join the domain with the existing computer account; install the patches and the Lync prerequisites; leave the Windows Firewall on.'
    [void] (Read-Host 'Press Enter when it is done')
    Get-CimInstance -ClassName 'Win32_ComputerSystem' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: DNSHostName is fe02 and PartOfDomain is True and Domain is contoso.com?'
    # To undo: none; whatever is on the disks is gone
}

# ---- A clean server for every member
if (Test-Step -Id 'restore-member/mem-bare.1@fe03.contoso.com' -Title 'Install Windows under the old name' -RunOn 'fe03.contoso.com' -Account 'lync-admin') {
    # Note: A Front End Server gets the same Windows version as the other Front End Servers of its pool.
    # Note: With a wrong name or suffix the Deployment Wizard uninstalls every role (pitfall P10).
    Confirm-Harm -Harm 'the disks of the computer that becomes fe03.contoso.com are wiped' -Name 'fe03.contoso.com'
    Write-Host 'Install Windows on the replacement computer with the name fe03.contoso.com: same computer name, same DNS suffix, same IP address and DNS record as before; join the domain with the existing computer account; install the patches and the Lync prerequisites; leave the Windows Firewall on.'
    [void] (Read-Host 'Press Enter when it is done')
    Get-CimInstance -ClassName 'Win32_ComputerSystem' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: DNSHostName is fe03 and PartOfDomain is True and Domain is contoso.com?'
    # To undo: none; whatever is on the disks is gone
}

# ---- A clean server for every member
if (Test-Step -Id 'restore-member/mem-bare.2@fe01.contoso.com' -Title 'The name and the DNS suffix are those of the topology' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    # Note: Being in the right domain is not enough; the primary DNS suffix must be right as well.
    Get-ItemProperty -LiteralPath 'HKLM:\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters'
    Confirm-Check -Question 'Does the answer show every object: Hostname is fe01 and Domain is contoso.com?'
}

# ---- A clean server for every member
if (Test-Step -Id 'restore-member/mem-bare.2@fe02.contoso.com' -Title 'The name and the DNS suffix are those of the topology' -RunOn 'fe02.contoso.com' -Account 'lync-admin') {
    # Note: Being in the right domain is not enough; the primary DNS suffix must be right as well.
    Get-ItemProperty -LiteralPath 'HKLM:\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters'
    Confirm-Check -Question 'Does the answer show every object: Hostname is fe02 and Domain is contoso.com?'
}

# ---- A clean server for every member
if (Test-Step -Id 'restore-member/mem-bare.2@fe03.contoso.com' -Title 'The name and the DNS suffix are those of the topology' -RunOn 'fe03.contoso.com' -Account 'lync-admin') {
    # Note: Being in the right domain is not enough; the primary DNS suffix must be right as well.
    Get-ItemProperty -LiteralPath 'HKLM:\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters'
    Confirm-Check -Question 'Does the answer show every object: Hostname is fe03 and Domain is contoso.com?'
}

# ---- A clean server for every member
if (Test-Step -Id 'restore-member/mem-bare.3@fe01.contoso.com' -Title 'No trace of an earlier installation' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    # Note: A restore never goes onto an existing server state.
    # An error with these words does not count: Cannot find any service
    try { Get-Service -Name @('RTC*', 'REPLICA', 'MASTER', 'FTA') } catch { Confirm-Check ('Error: {0}. Does it not count?' -f $_) }
    Confirm-Check -Question 'Does the answer show the number of objects is 0?'
}

# ---- A clean server for every member
if (Test-Step -Id 'restore-member/mem-bare.3@fe02.contoso.com' -Title 'No trace of an earlier installation' -RunOn 'fe02.contoso.com' -Account 'lync-admin') {
    # Note: A restore never goes onto an existing server state.
    # An error with these words does not count: Cannot find any service
    try { Get-Service -Name @('RTC*', 'REPLICA', 'MASTER', 'FTA') } catch { Confirm-Check ('Error: {0}. Does it not count?' -f $_) }
    Confirm-Check -Question 'Does the answer show the number of objects is 0?'
}

# ---- A clean server for every member
if (Test-Step -Id 'restore-member/mem-bare.3@fe03.contoso.com' -Title 'No trace of an earlier installation' -RunOn 'fe03.contoso.com' -Account 'lync-admin') {
    # Note: A restore never goes onto an existing server state.
    # An error with these words does not count: Cannot find any service
    try { Get-Service -Name @('RTC*', 'REPLICA', 'MASTER', 'FTA') } catch { Confirm-Check ('Error: {0}. Does it not count?' -f $_) }
    Confirm-Check -Question 'Does the answer show the number of objects is 0?'
}

# ---- A clean server for every member
if (Test-Step -Id 'restore-member/mem-bare.4@fe01.contoso.com' -Title 'Restore or re-enrol the certificates' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    # Note: The OAuth certificate is one for the whole deployment and arrives by replication.
    Write-Host 'Put the server''s certificates with their private keys into the computer''s Personal store: import the saved ones with the Certificates MMC snap-in, or re-enrol with the internal CA. Do not request an OAuthTokenIssuer certificate.'
    [void] (Read-Host 'Press Enter when it is done')
    Get-ChildItem -Path 'Cert:\LocalMachine\My' | Out-Host
    Confirm-Check -Question 'Verify: does it show at least one object: HasPrivateKey is True and DnsNameList contains fe01.contoso.com?'
}

# ---- A clean server for every member
if (Test-Step -Id 'restore-member/mem-bare.4@fe02.contoso.com' -Title 'Restore or re-enrol the certificates' -RunOn 'fe02.contoso.com' -Account 'lync-admin') {
    # Note: The OAuth certificate is one for the whole deployment and arrives by replication.
    Write-Host 'Put the server''s certificates with their private keys into the computer''s Personal store: import the saved ones with the Certificates MMC snap-in, or re-enrol with the internal CA. Do not request an OAuthTokenIssuer certificate.'
    [void] (Read-Host 'Press Enter when it is done')
    Get-ChildItem -Path 'Cert:\LocalMachine\My' | Out-Host
    Confirm-Check -Question 'Verify: does it show at least one object: HasPrivateKey is True and DnsNameList contains fe02.contoso.com?'
}

# ---- A clean server for every member
if (Test-Step -Id 'restore-member/mem-bare.4@fe03.contoso.com' -Title 'Restore or re-enrol the certificates' -RunOn 'fe03.contoso.com' -Account 'lync-admin') {
    # Note: The OAuth certificate is one for the whole deployment and arrives by replication.
    Write-Host 'Put the server''s certificates with their private keys into the computer''s Personal store: import the saved ones with the Certificates MMC snap-in, or re-enrol with the internal CA. Do not request an OAuthTokenIssuer certificate.'
    [void] (Read-Host 'Press Enter when it is done')
    Get-ChildItem -Path 'Cert:\LocalMachine\My' | Out-Host
    Confirm-Check -Question 'Verify: does it show at least one object: HasPrivateKey is True and DnsNameList contains fe03.contoso.com?'
}

# ---- A clean server for every member
if (Test-Step -Id 'restore-member/mem-bare.5@fe01.contoso.com' -Title 'Take an image' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Write-Host 'Take an image of the system now, after Windows and certificates and before anything is restored, and check that it can be read. It is the way back.'
    [void] (Read-Host 'Press Enter when it is done')
}

# ---- A clean server for every member
if (Test-Step -Id 'restore-member/mem-bare.5@fe02.contoso.com' -Title 'Take an image' -RunOn 'fe02.contoso.com' -Account 'lync-admin') {
    Write-Host 'Take an image of the system now, after Windows and certificates and before anything is restored, and check that it can be read. It is the way back.'
    [void] (Read-Host 'Press Enter when it is done')
}

# ---- A clean server for every member
if (Test-Step -Id 'restore-member/mem-bare.5@fe03.contoso.com' -Title 'Take an image' -RunOn 'fe03.contoso.com' -Account 'lync-admin') {
    Write-Host 'Take an image of the system now, after Windows and certificates and before anything is restored, and check that it can be read. It is the way back.'
    [void] (Read-Host 'Press Enter when it is done')
}

# ---- Restore every member
if (Test-Step -Id 'restore-member/mem-setup.1@fe01.contoso.com' -Title 'The server is ready for setup' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    # Note: What could not be asked of the lost server at the start is checked here.
    Confirm-Check -Question 'Before: every server of the plan answers and lets us in?'
    Confirm-Check -Question 'Before: the account is in the groups the steps need?'
    Confirm-Check -Question 'Before: the replacement server is clean?'
    Confirm-Check -Question 'Before: the server bears the name of the topology?'
    Confirm-Check -Question 'Before: the server has the Windows of its pool?'
    Confirm-Check -Question 'Before: the servers have room for what comes?'
    Confirm-Check -Question 'Before: windows Firewall runs before Lync''s services start?'
    Confirm-Check -Question 'Before: certificates are there with key, names, chain and dates?'
    Confirm-Check -Question 'Before: trusted Root holds roots alone?'
    Confirm-Check -Question 'Before: the server has the farm''s Schannel setting?'
    Confirm-Check -Question 'Before: the clocks agree?'
    Get-CimInstance -ClassName 'Win32_OperatingSystem'
    Confirm-Check -Question 'Does the answer show the number of objects is at least 1?'
}

# ---- Restore every member
if (Test-Step -Id 'restore-member/mem-setup.1@fe02.contoso.com' -Title 'The server is ready for setup' -RunOn 'fe02.contoso.com' -Account 'lync-admin') {
    # Note: What could not be asked of the lost server at the start is checked here.
    Confirm-Check -Question 'Before: every server of the plan answers and lets us in?'
    Confirm-Check -Question 'Before: the account is in the groups the steps need?'
    Confirm-Check -Question 'Before: the replacement server is clean?'
    Confirm-Check -Question 'Before: the server bears the name of the topology?'
    Confirm-Check -Question 'Before: the server has the Windows of its pool?'
    Confirm-Check -Question 'Before: the servers have room for what comes?'
    Confirm-Check -Question 'Before: windows Firewall runs before Lync''s services start?'
    Confirm-Check -Question 'Before: certificates are there with key, names, chain and dates?'
    Confirm-Check -Question 'Before: trusted Root holds roots alone?'
    Confirm-Check -Question 'Before: the server has the farm''s Schannel setting?'
    Confirm-Check -Question 'Before: the clocks agree?'
    Get-CimInstance -ClassName 'Win32_OperatingSystem'
    Confirm-Check -Question 'Does the answer show the number of objects is at least 1?'
}

# ---- Restore every member
if (Test-Step -Id 'restore-member/mem-setup.1@fe03.contoso.com' -Title 'The server is ready for setup' -RunOn 'fe03.contoso.com' -Account 'lync-admin') {
    # Note: What could not be asked of the lost server at the start is checked here.
    Confirm-Check -Question 'Before: every server of the plan answers and lets us in?'
    Confirm-Check -Question 'Before: the account is in the groups the steps need?'
    Confirm-Check -Question 'Before: the replacement server is clean?'
    Confirm-Check -Question 'Before: the server bears the name of the topology?'
    Confirm-Check -Question 'Before: the server has the Windows of its pool?'
    Confirm-Check -Question 'Before: the servers have room for what comes?'
    Confirm-Check -Question 'Before: windows Firewall runs before Lync''s services start?'
    Confirm-Check -Question 'Before: certificates are there with key, names, chain and dates?'
    Confirm-Check -Question 'Before: trusted Root holds roots alone?'
    Confirm-Check -Question 'Before: the server has the farm''s Schannel setting?'
    Confirm-Check -Question 'Before: the clocks agree?'
    Get-CimInstance -ClassName 'Win32_OperatingSystem'
    Confirm-Check -Question 'Does the answer show the number of objects is at least 1?'
}

# ---- Restore every member
if (Test-Step -Id 'restore-member/mem-setup.2@fe01.contoso.com' -Title 'Start the Deployment Wizard' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Write-Host 'On fe01.contoso.com start \setup\amd64\Setup.exe from the Lync media. Confirm the Visual C++ redistributable, the installation location (as on the other servers) and the licence terms, until the Deployment Wizard opens: from then on the core components and the management shell are there.'
    [void] (Read-Host 'Press Enter when it is done')
    Get-Module -ListAvailable -Name @('Lync', 'SkypeForBusiness') | Out-Host
    Confirm-Check -Question 'Verify: does it show the number of objects is at least 1?'
}

# ---- Restore every member
if (Test-Step -Id 'restore-member/mem-setup.2@fe02.contoso.com' -Title 'Start the Deployment Wizard' -RunOn 'fe02.contoso.com' -Account 'lync-admin') {
    Write-Host 'On fe02.contoso.com start \setup\amd64\Setup.exe from the Lync media. Confirm the Visual C++ redistributable, the installation location (as on the other servers) and the licence terms, until the Deployment Wizard opens: from then on the core components and the management shell are there.'
    [void] (Read-Host 'Press Enter when it is done')
    Get-Module -ListAvailable -Name @('Lync', 'SkypeForBusiness') | Out-Host
    Confirm-Check -Question 'Verify: does it show the number of objects is at least 1?'
}

# ---- Restore every member
if (Test-Step -Id 'restore-member/mem-setup.2@fe03.contoso.com' -Title 'Start the Deployment Wizard' -RunOn 'fe03.contoso.com' -Account 'lync-admin') {
    Write-Host 'On fe03.contoso.com start \setup\amd64\Setup.exe from the Lync media. Confirm the Visual C++ redistributable, the installation location (as on the other servers) and the licence terms, until the Deployment Wizard opens: from then on the core components and the management shell are there.'
    [void] (Read-Host 'Press Enter when it is done')
    Get-Module -ListAvailable -Name @('Lync', 'SkypeForBusiness') | Out-Host
    Confirm-Check -Question 'Verify: does it show the number of objects is at least 1?'
}

# ---- Restore every member
if (Test-Step -Id 'restore-member/mem-step1.2@fe01.contoso.com' -Title 'Install the local instance RTCLOCAL' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    # Note: The switch is ours, to be confirmed on a live system; with Lync on another drive take the Deployment Wizard.
    Write-Host 'On dir01.contoso.com as lync-admin run: Get-CsComputer -Identity ''fe01.contoso.com'''
    Confirm-Check -Question 'Before: the server''s name is in the topology: does it show at least one object: Fqdn is the host fe01.contoso.com?'
    Get-ItemProperty -LiteralPath 'HKLM:\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters' | Out-Host
    Confirm-Check -Question 'Before: the server bears exactly that name: does it show every object: Hostname is fe01 and Domain is contoso.com?'
    & 'C:\Program Files\Microsoft Lync Server 2013\Deployment\Bootstrapper.exe' '/BootstrapLocalMgmt'
    Assert-ExitCode -Low 0 -High 0
}

# ---- Restore every member
if (Test-Step -Id 'restore-member/mem-step1.2@fe02.contoso.com' -Title 'Install the local instance RTCLOCAL' -RunOn 'fe02.contoso.com' -Account 'lync-admin') {
    # Note: The switch is ours, to be confirmed on a live system; with Lync on another drive take the Deployment Wizard.
    Write-Host 'On dir01.contoso.com as lync-admin run: Get-CsComputer -Identity ''fe02.contoso.com'''
    Confirm-Check -Question 'Before: the server''s name is in the topology: does it show at least one object: Fqdn is the host fe02.contoso.com?'
    Get-ItemProperty -LiteralPath 'HKLM:\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters' | Out-Host
    Confirm-Check -Question 'Before: the server bears exactly that name: does it show every object: Hostname is fe02 and Domain is contoso.com?'
    & 'C:\Program Files\Microsoft Lync Server 2013\Deployment\Bootstrapper.exe' '/BootstrapLocalMgmt'
    Assert-ExitCode -Low 0 -High 0
}

# ---- Restore every member
if (Test-Step -Id 'restore-member/mem-step1.2@fe03.contoso.com' -Title 'Install the local instance RTCLOCAL' -RunOn 'fe03.contoso.com' -Account 'lync-admin') {
    # Note: The switch is ours, to be confirmed on a live system; with Lync on another drive take the Deployment Wizard.
    Write-Host 'On dir01.contoso.com as lync-admin run: Get-CsComputer -Identity ''fe03.contoso.com'''
    Confirm-Check -Question 'Before: the server''s name is in the topology: does it show at least one object: Fqdn is the host fe03.contoso.com?'
    Get-ItemProperty -LiteralPath 'HKLM:\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters' | Out-Host
    Confirm-Check -Question 'Before: the server bears exactly that name: does it show every object: Hostname is fe03 and Domain is contoso.com?'
    & 'C:\Program Files\Microsoft Lync Server 2013\Deployment\Bootstrapper.exe' '/BootstrapLocalMgmt'
    Assert-ExitCode -Low 0 -High 0
}

# ---- Restore every member
if (Test-Step -Id 'restore-member/mem-step1.3@fe01.contoso.com' -Title 'Make the folder for the configuration' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    New-Item -ItemType 'Directory' -Path 'C:\Restore\Configuration' -Force
}

# ---- Restore every member
if (Test-Step -Id 'restore-member/mem-step1.3@fe02.contoso.com' -Title 'Make the folder for the configuration' -RunOn 'fe02.contoso.com' -Account 'lync-admin') {
    New-Item -ItemType 'Directory' -Path 'C:\Restore\Configuration' -Force
}

# ---- Restore every member
if (Test-Step -Id 'restore-member/mem-step1.3@fe03.contoso.com' -Title 'Make the folder for the configuration' -RunOn 'fe03.contoso.com' -Account 'lync-admin') {
    New-Item -ItemType 'Directory' -Path 'C:\Restore\Configuration' -Force
}

# ---- Restore every member
if (Test-Step -Id 'restore-member/mem-step1.4@fe01.contoso.com' -Title 'Read the configuration from the Central Management store' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Confirm-Check -Question 'Before: the account may enable the topology?'
    Confirm-Check -Question 'Before: the Lync module is installed?'
    Confirm-Check -Question 'Before: sessions read the Central Management store from the server?'
    Confirm-Check -Question 'Before: every cmdlet and parameter of the plan exists there?'
    Export-CsConfiguration -FileName 'C:\Restore\Configuration\Config.zip' -Force
    Test-Path -LiteralPath 'C:\Restore\Configuration\Config.zip' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: the value is True?'
}

# ---- Restore every member
if (Test-Step -Id 'restore-member/mem-step1.4@fe02.contoso.com' -Title 'Read the configuration from the Central Management store' -RunOn 'fe02.contoso.com' -Account 'lync-admin') {
    Confirm-Check -Question 'Before: the account may enable the topology?'
    Confirm-Check -Question 'Before: the Lync module is installed?'
    Confirm-Check -Question 'Before: sessions read the Central Management store from the server?'
    Confirm-Check -Question 'Before: every cmdlet and parameter of the plan exists there?'
    Export-CsConfiguration -FileName 'C:\Restore\Configuration\Config.zip' -Force
    Test-Path -LiteralPath 'C:\Restore\Configuration\Config.zip' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: the value is True?'
}

# ---- Restore every member
if (Test-Step -Id 'restore-member/mem-step1.4@fe03.contoso.com' -Title 'Read the configuration from the Central Management store' -RunOn 'fe03.contoso.com' -Account 'lync-admin') {
    Confirm-Check -Question 'Before: the account may enable the topology?'
    Confirm-Check -Question 'Before: the Lync module is installed?'
    Confirm-Check -Question 'Before: sessions read the Central Management store from the server?'
    Confirm-Check -Question 'Before: every cmdlet and parameter of the plan exists there?'
    Export-CsConfiguration -FileName 'C:\Restore\Configuration\Config.zip' -Force
    Test-Path -LiteralPath 'C:\Restore\Configuration\Config.zip' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: the value is True?'
}

# ---- Restore every member
if (Test-Step -Id 'restore-member/mem-step1.5@fe01.contoso.com' -Title 'Put it into the local configuration store' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Import-CsConfiguration -FileName 'C:\Restore\Configuration\Config.zip' -LocalStore
    Get-CsTopology -LocalStore | Out-Host
    Confirm-Check -Question 'Verify: does it show the number of objects is at least 1?'
}

# ---- Restore every member
if (Test-Step -Id 'restore-member/mem-step1.5@fe02.contoso.com' -Title 'Put it into the local configuration store' -RunOn 'fe02.contoso.com' -Account 'lync-admin') {
    Import-CsConfiguration -FileName 'C:\Restore\Configuration\Config.zip' -LocalStore
    Get-CsTopology -LocalStore | Out-Host
    Confirm-Check -Question 'Verify: does it show the number of objects is at least 1?'
}

# ---- Restore every member
if (Test-Step -Id 'restore-member/mem-step1.5@fe03.contoso.com' -Title 'Put it into the local configuration store' -RunOn 'fe03.contoso.com' -Account 'lync-admin') {
    Import-CsConfiguration -FileName 'C:\Restore\Configuration\Config.zip' -LocalStore
    Get-CsTopology -LocalStore | Out-Host
    Confirm-Check -Question 'Verify: does it show the number of objects is at least 1?'
}

# ---- Restore every member
if (Test-Step -Id 'restore-member/mem-step1.6@fe01.contoso.com' -Title 'Activate the replica' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Enable-CsReplica -Confirm:$false
    Get-CsWindowsService -Name 'REPLICA' | Out-Host
    Confirm-Check -Question 'Verify: does it show the number of objects is 1?'
}

# ---- Restore every member
if (Test-Step -Id 'restore-member/mem-step1.6@fe02.contoso.com' -Title 'Activate the replica' -RunOn 'fe02.contoso.com' -Account 'lync-admin') {
    Enable-CsReplica -Confirm:$false
    Get-CsWindowsService -Name 'REPLICA' | Out-Host
    Confirm-Check -Question 'Verify: does it show the number of objects is 1?'
}

# ---- Restore every member
if (Test-Step -Id 'restore-member/mem-step1.6@fe03.contoso.com' -Title 'Activate the replica' -RunOn 'fe03.contoso.com' -Account 'lync-admin') {
    Enable-CsReplica -Confirm:$false
    Get-CsWindowsService -Name 'REPLICA' | Out-Host
    Confirm-Check -Question 'Verify: does it show the number of objects is 1?'
}

# ---- Restore every member
if (Test-Step -Id 'restore-member/mem-step2.1@fe01.contoso.com' -Title 'Install the role''s components' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    # Note: With Lync in another folder or on another drive, take the Deployment Wizard instead.
    # Note: If it asks for a restart, restart the server and send it again.
    Get-ItemProperty -LiteralPath 'HKLM:\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters' | Out-Host
    Confirm-Check -Question 'Before: the server bears exactly the name of the topology: does it show every object: Hostname is fe01 and Domain is contoso.com?'
    & 'C:\Program Files\Microsoft Lync Server 2013\Deployment\Bootstrapper.exe'
    Assert-ExitCode -Low 0 -High 0
    Get-CsWindowsService | Out-Host
    Confirm-Check -Question 'Verify: does it show at least one object: Name is RTCSRV?'
}

# ---- Restore every member
if (Test-Step -Id 'restore-member/mem-step2.1@fe02.contoso.com' -Title 'Install the role''s components' -RunOn 'fe02.contoso.com' -Account 'lync-admin') {
    # Note: With Lync in another folder or on another drive, take the Deployment Wizard instead.
    # Note: If it asks for a restart, restart the server and send it again.
    Get-ItemProperty -LiteralPath 'HKLM:\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters' | Out-Host
    Confirm-Check -Question 'Before: the server bears exactly the name of the topology: does it show every object: Hostname is fe02 and Domain is contoso.com?'
    & 'C:\Program Files\Microsoft Lync Server 2013\Deployment\Bootstrapper.exe'
    Assert-ExitCode -Low 0 -High 0
    Get-CsWindowsService | Out-Host
    Confirm-Check -Question 'Verify: does it show at least one object: Name is RTCSRV?'
}

# ---- Restore every member
if (Test-Step -Id 'restore-member/mem-step2.1@fe03.contoso.com' -Title 'Install the role''s components' -RunOn 'fe03.contoso.com' -Account 'lync-admin') {
    # Note: With Lync in another folder or on another drive, take the Deployment Wizard instead.
    # Note: If it asks for a restart, restart the server and send it again.
    Get-ItemProperty -LiteralPath 'HKLM:\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters' | Out-Host
    Confirm-Check -Question 'Before: the server bears exactly the name of the topology: does it show every object: Hostname is fe03 and Domain is contoso.com?'
    & 'C:\Program Files\Microsoft Lync Server 2013\Deployment\Bootstrapper.exe'
    Assert-ExitCode -Low 0 -High 0
    Get-CsWindowsService | Out-Host
    Confirm-Check -Question 'Verify: does it show at least one object: Name is RTCSRV?'
}

# ---- Restore every member
if (Test-Step -Id 'restore-member/mem-step2.2@fe01.contoso.com' -Title 'Activate the role' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Enable-CsComputer -Confirm:$false
    Get-CsWindowsService | Out-Host
    Confirm-Check -Question 'Verify: does it show at least one object: Name is RTCSRV?'
}

# ---- Restore every member
if (Test-Step -Id 'restore-member/mem-step2.2@fe02.contoso.com' -Title 'Activate the role' -RunOn 'fe02.contoso.com' -Account 'lync-admin') {
    Enable-CsComputer -Confirm:$false
    Get-CsWindowsService | Out-Host
    Confirm-Check -Question 'Verify: does it show at least one object: Name is RTCSRV?'
}

# ---- Restore every member
if (Test-Step -Id 'restore-member/mem-step2.2@fe03.contoso.com' -Title 'Activate the role' -RunOn 'fe03.contoso.com' -Account 'lync-admin') {
    Enable-CsComputer -Confirm:$false
    Get-CsWindowsService | Out-Host
    Confirm-Check -Question 'Verify: does it show at least one object: Name is RTCSRV?'
}

# ---- Restore every member
if (Test-Step -Id 'restore-member/mem-update@fe01.contoso.com' -Title 'Bring the server to the update level of the others' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Write-Host 'Close the Deployment Wizard. Install on fe01.contoso.com the cumulative update that the other servers have, so that Programs and Features shows 5.0.8308.887; restart the server if it asks for it.'
    [void] (Read-Host 'Press Enter when it is done')
    Get-ItemProperty -Path 'HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall\*' | Out-Host
    Confirm-Check -Question 'Verify: does it show at least one object: DisplayName contains Server 2013, Core Components and DisplayVersion is 5.0.8308.887?'
}

# ---- Restore every member
if (Test-Step -Id 'restore-member/mem-update@fe02.contoso.com' -Title 'Bring the server to the update level of the others' -RunOn 'fe02.contoso.com' -Account 'lync-admin') {
    Write-Host 'Close the Deployment Wizard. Install on fe02.contoso.com the cumulative update that the other servers have, so that Programs and Features shows 5.0.8308.887; restart the server if it asks for it.'
    [void] (Read-Host 'Press Enter when it is done')
    Get-ItemProperty -Path 'HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall\*' | Out-Host
    Confirm-Check -Question 'Verify: does it show at least one object: DisplayName contains Server 2013, Core Components and DisplayVersion is 5.0.8308.887?'
}

# ---- Restore every member
if (Test-Step -Id 'restore-member/mem-update@fe03.contoso.com' -Title 'Bring the server to the update level of the others' -RunOn 'fe03.contoso.com' -Account 'lync-admin') {
    Write-Host 'Close the Deployment Wizard. Install on fe03.contoso.com the cumulative update that the other servers have, so that Programs and Features shows 5.0.8308.887; restart the server if it asks for it.'
    [void] (Read-Host 'Press Enter when it is done')
    Get-ItemProperty -Path 'HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall\*' | Out-Host
    Confirm-Check -Question 'Verify: does it show at least one object: DisplayName contains Server 2013, Core Components and DisplayVersion is 5.0.8308.887?'
}

# ---- Restore every member
if (Test-Step -Id 'restore-member/mem-step3.1@fe01.contoso.com' -Title 'Assign the certificate' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    # Note: Edge pools share one certificate with its private key, because of media relay authentication.
    Get-ChildItem -Path 'Cert:\LocalMachine\My' | Where-Object -Property 'Subject' -Match -Value 'CN=(fe01.contoso.com|pool01.contoso.com)' | Select-Object -First 1 | Out-Host
    $Read_Thumbprint = Read-Value -Question 'Thumbprint (from fe01.contoso.com)'
    Set-CsCertificate -Type @('Default', 'WebServicesInternal', 'WebServicesExternal') -Thumbprint $Read_Thumbprint -Confirm:$false
    Get-CsCertificate -Type @('Default', 'WebServicesInternal', 'WebServicesExternal') | Out-Host
    Confirm-Check -Question 'Verify: does it show the number of objects is at least 1?'
    # To undo: assign another certificate
}

# ---- Restore every member
if (Test-Step -Id 'restore-member/mem-step3.1@fe02.contoso.com' -Title 'Assign the certificate' -RunOn 'fe02.contoso.com' -Account 'lync-admin') {
    # Note: Edge pools share one certificate with its private key, because of media relay authentication.
    Get-ChildItem -Path 'Cert:\LocalMachine\My' | Where-Object -Property 'Subject' -Match -Value 'CN=(fe02.contoso.com|pool01.contoso.com)' | Select-Object -First 1 | Out-Host
    $Read_Thumbprint = Read-Value -Question 'Thumbprint (from fe02.contoso.com)'
    Set-CsCertificate -Type @('Default', 'WebServicesInternal', 'WebServicesExternal') -Thumbprint $Read_Thumbprint -Confirm:$false
    Get-CsCertificate -Type @('Default', 'WebServicesInternal', 'WebServicesExternal') | Out-Host
    Confirm-Check -Question 'Verify: does it show the number of objects is at least 1?'
    # To undo: assign another certificate
}

# ---- Restore every member
if (Test-Step -Id 'restore-member/mem-step3.1@fe03.contoso.com' -Title 'Assign the certificate' -RunOn 'fe03.contoso.com' -Account 'lync-admin') {
    # Note: Edge pools share one certificate with its private key, because of media relay authentication.
    Get-ChildItem -Path 'Cert:\LocalMachine\My' | Where-Object -Property 'Subject' -Match -Value 'CN=(fe03.contoso.com|pool01.contoso.com)' | Select-Object -First 1 | Out-Host
    $Read_Thumbprint = Read-Value -Question 'Thumbprint (from fe03.contoso.com)'
    Set-CsCertificate -Type @('Default', 'WebServicesInternal', 'WebServicesExternal') -Thumbprint $Read_Thumbprint -Confirm:$false
    Get-CsCertificate -Type @('Default', 'WebServicesInternal', 'WebServicesExternal') | Out-Host
    Confirm-Check -Question 'Verify: does it show the number of objects is at least 1?'
    # To undo: assign another certificate
}

# ---- Restore every member
if (Test-Step -Id 'restore-member/mem-step3.3@fe01.contoso.com' -Title 'The OAuth certificate of the deployment is there' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    # Note: Never request a new one on a rebuilt server; it is one certificate for the whole deployment.
    Get-CsCertificate -Type @('OAuthTokenIssuer')
    Get-CsCertificate -Type @('OAuthTokenIssuer') | Out-Host
    Confirm-Check -Question 'Verify: does it show the number of objects is at least 1 (within 15 min)?'
}

# ---- Restore every member
if (Test-Step -Id 'restore-member/mem-step3.3@fe02.contoso.com' -Title 'The OAuth certificate of the deployment is there' -RunOn 'fe02.contoso.com' -Account 'lync-admin') {
    # Note: Never request a new one on a rebuilt server; it is one certificate for the whole deployment.
    Get-CsCertificate -Type @('OAuthTokenIssuer')
    Get-CsCertificate -Type @('OAuthTokenIssuer') | Out-Host
    Confirm-Check -Question 'Verify: does it show the number of objects is at least 1 (within 15 min)?'
}

# ---- Restore every member
if (Test-Step -Id 'restore-member/mem-step3.3@fe03.contoso.com' -Title 'The OAuth certificate of the deployment is there' -RunOn 'fe03.contoso.com' -Account 'lync-admin') {
    # Note: Never request a new one on a rebuilt server; it is one certificate for the whole deployment.
    Get-CsCertificate -Type @('OAuthTokenIssuer')
    Get-CsCertificate -Type @('OAuthTokenIssuer') | Out-Host
    Confirm-Check -Question 'Verify: does it show the number of objects is at least 1 (within 15 min)?'
}

# ---- Start the pool with enough servers
if (Test-Step -Id 'pool-start.1@fe01.contoso.com' -Title 'Start the services, none waiting for another' -RunOn 'dir01.contoso.com' -Account 'lync-admin') {
    # Note: Servers that must run for the first start: 2 of 2 or 1, 3 of 3, 3 of 4, 4 of 5, 5 of 6, 5 of 7, 6 of 8, 7 of 9, 8 of 10, 9 of 11, 10 of 12.
    # Note: Two-server pools start both together, or in reverse order of going down.
    # Note: A start without -NoWait, server after server, blocks on the first one (pitfall P59).
    Confirm-Check -Question 'Before: every cmdlet and parameter of the plan exists there?'
    Start-CsWindowsService -ComputerName 'fe01.contoso.com' -NoWait
    # To undo: Stop-CsWindowsService -ComputerName fe01.contoso.com
}

# ---- Start the pool with enough servers
if (Test-Step -Id 'pool-start.1@fe02.contoso.com' -Title 'Start the services, none waiting for another' -RunOn 'dir01.contoso.com' -Account 'lync-admin') {
    # Note: Servers that must run for the first start: 2 of 2 or 1, 3 of 3, 3 of 4, 4 of 5, 5 of 6, 5 of 7, 6 of 8, 7 of 9, 8 of 10, 9 of 11, 10 of 12.
    # Note: Two-server pools start both together, or in reverse order of going down.
    # Note: A start without -NoWait, server after server, blocks on the first one (pitfall P59).
    Start-CsWindowsService -ComputerName 'fe02.contoso.com' -NoWait
    # To undo: Stop-CsWindowsService -ComputerName fe02.contoso.com
}

# ---- Start the pool with enough servers
if (Test-Step -Id 'pool-start.1@fe03.contoso.com' -Title 'Start the services, none waiting for another' -RunOn 'dir01.contoso.com' -Account 'lync-admin') {
    # Note: Servers that must run for the first start: 2 of 2 or 1, 3 of 3, 3 of 4, 4 of 5, 5 of 6, 5 of 7, 6 of 8, 7 of 9, 8 of 10, 9 of 11, 10 of 12.
    # Note: Two-server pools start both together, or in reverse order of going down.
    # Note: A start without -NoWait, server after server, blocks on the first one (pitfall P59).
    Start-CsWindowsService -ComputerName 'fe03.contoso.com' -NoWait
    # To undo: Stop-CsWindowsService -ComputerName fe03.contoso.com
}

# ---- Start the pool with enough servers
if (Test-Step -Id 'pool-start.2@fe01.contoso.com' -Title 'Every service runs' -RunOn 'dir01.contoso.com' -Account 'lync-admin') {
    # Note: RTCSRV may be starting for up to an hour while users are placed (event 32174).
    Get-CsWindowsService -ComputerName 'fe01.contoso.com'
    Get-CsWindowsService -ComputerName 'fe01.contoso.com' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Status is Running (within 60 min)?'
}

# ---- Start the pool with enough servers
if (Test-Step -Id 'pool-start.2@fe02.contoso.com' -Title 'Every service runs' -RunOn 'dir01.contoso.com' -Account 'lync-admin') {
    # Note: RTCSRV may be starting for up to an hour while users are placed (event 32174).
    Get-CsWindowsService -ComputerName 'fe02.contoso.com'
    Get-CsWindowsService -ComputerName 'fe02.contoso.com' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Status is Running (within 60 min)?'
}

# ---- Start the pool with enough servers
if (Test-Step -Id 'pool-start.2@fe03.contoso.com' -Title 'Every service runs' -RunOn 'dir01.contoso.com' -Account 'lync-admin') {
    # Note: RTCSRV may be starting for up to an hour while users are placed (event 32174).
    Get-CsWindowsService -ComputerName 'fe03.contoso.com'
    Get-CsWindowsService -ComputerName 'fe03.contoso.com' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Status is Running (within 60 min)?'
}

# ---- Start the pool with enough servers
if (Test-Step -Id 'pool-start.3' -Title 'Every routing group has a primary and a secondary' -RunOn 'dir01.contoso.com' -Account 'lync-admin') {
    # Note: Not enough servers for the first start but enough to work, or it asks for it - Reset-CsPoolRegistrarState -ResetType QuorumLossRecovery (data not yet written may be lost).
    # Note: Topology changed while the whole pool was down - -ResetType ServiceReset after publishing.
    Get-CsPoolFabricState -PoolFqdn 'pool01.contoso.com'
    Get-CsPoolFabricState -PoolFqdn 'pool01.contoso.com' | Out-Host
    Confirm-Check -Question 'Verify: does it show no object: HealthState is one of Warning, Error; the number of objects is at least 1 (within 60 min)?'
}

# ---- Start the pool with enough servers
if (Test-Step -Id 'pool-start.4@fe01.contoso.com' -Title 'The configuration has reached every server' -RunOn 'dir01.contoso.com' -Account 'lync-admin') {
    Get-CsManagementStoreReplicationStatus -ReplicaFqdn 'fe01.contoso.com'
    Get-CsManagementStoreReplicationStatus -ReplicaFqdn 'fe01.contoso.com' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: UpToDate is True (within 15 min)?'
}

# ---- Start the pool with enough servers
if (Test-Step -Id 'pool-start.4@fe02.contoso.com' -Title 'The configuration has reached every server' -RunOn 'dir01.contoso.com' -Account 'lync-admin') {
    Get-CsManagementStoreReplicationStatus -ReplicaFqdn 'fe02.contoso.com'
    Get-CsManagementStoreReplicationStatus -ReplicaFqdn 'fe02.contoso.com' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: UpToDate is True (within 15 min)?'
}

# ---- Start the pool with enough servers
if (Test-Step -Id 'pool-start.4@fe03.contoso.com' -Title 'The configuration has reached every server' -RunOn 'dir01.contoso.com' -Account 'lync-admin') {
    Get-CsManagementStoreReplicationStatus -ReplicaFqdn 'fe03.contoso.com'
    Get-CsManagementStoreReplicationStatus -ReplicaFqdn 'fe03.contoso.com' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: UpToDate is True (within 15 min)?'
}

# Left out: The Central Management store is elsewhere: back end restore backend was not chosen
# Left out: The Back End is restored: back end alive was chosen
# Left out: The Back End first: back end restore backend was not chosen
# Left out: Install SQL Server: back end restore backend was not chosen
# Left out: Restore the Back End: back end restore backend was not chosen
# Left out: Clean server with the same FQDN: no Edge Server
# Left out: Edge Server: name, gateway, routes: no Edge Server
# Left out: Step 1: Install Local Configuration Store: roles gui was not chosen
# Left out: Step 1: local configuration store: no Edge Server
# Left out: Assign the external certificate: no Edge Server
# Left out: Start every member: the target belongs to an Enterprise Edition Front End pool
# Left out: Restore user data: back end restore backend was not chosen
# Left out: Restore a Back End Server: back end restore backend was not chosen
# Left out: Restore a member server: no Kerberos account
Write-Host 'Afterwards: Sign in a test user and look at the contact list; for an Edge pool, from outside.'
Write-Host 'Afterwards: Run Get-CsManagementStoreReplicationStatus and Get-CsWindowsService once more after an hour.'
Write-Host 'Afterwards: Take a fresh backup into a new set.'
