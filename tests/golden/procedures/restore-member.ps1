# Restore a member server (restore-member)
# After: Restoring an Enterprise Edition member server in Lync Server 2013
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

# Replace each of these everywhere in this file (editor, Replace All); double any apostrophe.
$values = @(
    '<PoolFqdn>',
    '<DomainControllerFqdn>',
    '<ServerName>',
    '<ServerFqdn>',
    '<InternalNetwork>',
    '<InternalMask>',
    '<InternalGateway>',
    '<GoodServerFqdn>',
    '<Run:local-folder>',
    '<EdgeConfigFolder>',
    '<CertificateUses>',
    '<ExternalCertificateUses>',
    '<OtherMemberFqdn>',
    '<SiteName>'
)
if ($values -match '^<.*>$') {
    throw ('Fill in first: {0}' -f (($values -match '^<.*>$') -join ', '))
}
# Decide first: How are the roles installed, certificates assigned and services started? Bootstrapper and cmdlets / Deployment Wizard, by hand on the server

# ---- Prepare
if (Test-Step -Id 'prepare/prep-decide' -Title 'Decide what to restore' -RunOn '<PoolFqdn>' -Account 'lync-admin') {
    # Note: Restore only when troubleshooting has failed; a restore costs downtime and everything since the backup.
    # Note: The person named in the plan decides. Have media, keys, certificates and the worksheets at hand before going on.
    Write-Host 'Decide: Decide what to restore (restore)'
    [void] (Read-Host 'Press Enter when it is done')
}

# ---- Prepare
# Only if a domain controller is recorded
# Only if not: the target is an Edge Server
if (Test-Step -Id 'prepare/prep-ad' -Title 'Keep the AD computer account' -RunOn '<DomainControllerFqdn>' -Account 'domain-admin') {
    # Note: Joining with the same name re-uses the account; deleting it loses the group memberships.
    # Note: Since October 2022 (KB5020276) only the account's creator or an allowed owner may join with it again.
    Write-Host 'Do not delete the computer account of <ServerFqdn> when Windows is installed again. Have the AD administrator check that the account exists, is enabled, and is still a member of its Lync (RTC) groups; reset it if needed.'
    [void] (Read-Host 'Press Enter when it is done')
    Get-ADComputer -Identity '<ServerName>' -Properties @('MemberOf') | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Enabled is True?'
}

# ---- Clean server with the same FQDN
# Only if not: the target is an Edge Server
if (Test-Step -Id 'mem-bare.1' -Title 'Install Windows under the old name' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    # Note: A Front End Server gets the same Windows version as the other Front End Servers of its pool.
    # Note: With a wrong name or suffix the Deployment Wizard uninstalls every role (pitfall P10).
    Confirm-Harm -Harm 'the disks of the computer that becomes <ServerFqdn> are wiped' -Name '<ServerFqdn>'
    Write-Host 'Install Windows on the replacement computer with the name <ServerFqdn>: same computer name, same DNS suffix, same IP address and DNS record as before; join the domain with the existing computer account; install the patches and the Lync prerequisites; leave the Windows Firewall on.'
    [void] (Read-Host 'Press Enter when it is done')
    Get-CimInstance -ClassName 'Win32_ComputerSystem' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: DNSHostName is <ServerName> and PartOfDomain is True and Domain is <DnsDomain>?'
    # To undo: none; whatever is on the disks is gone
}

# ---- Clean server with the same FQDN
# Only if not: the target is an Edge Server
if (Test-Step -Id 'mem-bare.2' -Title 'The name and the DNS suffix are those of the topology' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    # Note: Being in the right domain is not enough; the primary DNS suffix must be right as well.
    Get-ItemProperty -LiteralPath 'HKLM:\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters'
    Confirm-Check -Question 'Does the answer show every object: Hostname is <ServerName> and Domain is <ServerSuffix>?'
}

# ---- Clean server with the same FQDN
# Only if not: the target is an Edge Server
if (Test-Step -Id 'mem-bare.3' -Title 'No trace of an earlier installation' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    # Note: A restore never goes onto an existing server state.
    # An error with these words does not count: Cannot find any service
    try { Get-Service -Name @('RTC*', 'REPLICA', 'MASTER', 'FTA') } catch { Confirm-Check ('Error: {0}. Does it not count?' -f $_) }
    Confirm-Check -Question 'Does the answer show the number of objects is 0?'
}

# ---- Clean server with the same FQDN
# Only if not: the target is an Edge Server
if (Test-Step -Id 'mem-bare.4' -Title 'Restore or re-enrol the certificates' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    # Note: The OAuth certificate is one for the whole deployment and arrives by replication.
    Write-Host 'Put the server''s certificates with their private keys into the computer''s Personal store: import the saved ones with the Certificates MMC snap-in, or re-enrol with the internal CA. Do not request an OAuthTokenIssuer certificate.'
    [void] (Read-Host 'Press Enter when it is done')
    Get-ChildItem -Path 'Cert:\LocalMachine\My' | Out-Host
    Confirm-Check -Question 'Verify: does it show at least one object: HasPrivateKey is True and DnsNameList contains <ServerFqdn>?'
}

# ---- Clean server with the same FQDN
# Only if not: the target is an Edge Server
if (Test-Step -Id 'mem-bare.5' -Title 'Take an image' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    Write-Host 'Take an image of the system now, after Windows and certificates and before anything is restored, and check that it can be read. It is the way back.'
    [void] (Read-Host 'Press Enter when it is done')
}

# ---- Clean server with the same FQDN
# Only if the target is an Edge Server
if (Test-Step -Id 'mem-bare.1' -Title 'Install Windows' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    Confirm-Harm -Harm 'the disks of the computer that becomes <ServerFqdn> are wiped' -Name '<ServerFqdn>'
    Write-Host 'Install Windows on the replacement computer of <ServerFqdn>: same computer name, same addresses on the internal and the external interface as before, in no domain; install the patches and the Lync prerequisites; leave the Windows Firewall on; give the local administrator the password on record and allow remote management on the internal interface.'
    [void] (Read-Host 'Press Enter when it is done')
    Get-CimInstance -ClassName 'Win32_ComputerSystem' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: DNSHostName is <ServerName> and PartOfDomain is False?'
    # To undo: none; whatever is on the disks is gone
}

# ---- Clean server with the same FQDN
# Only if the target is an Edge Server
if (Test-Step -Id 'mem-bare.2' -Title 'No trace of an earlier installation' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    # Note: A restore never goes onto an existing server state.
    # An error with these words does not count: Cannot find any service
    try { Get-Service -Name @('RTC*', 'REPLICA', 'MASTER', 'FTA') } catch { Confirm-Check ('Error: {0}. Does it not count?' -f $_) }
    Confirm-Check -Question 'Does the answer show the number of objects is 0?'
}

# ---- Clean server with the same FQDN
# Only if the target is an Edge Server
if (Test-Step -Id 'mem-bare.3' -Title 'Restore the certificates' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    Write-Host 'Put the Edge Server''s certificates with their private keys into the computer''s Personal store: the internal one, which all servers of <PoolFqdn> share, and the external one; the root certificate of the internal CA into Trusted Root Certification Authorities.'
    [void] (Read-Host 'Press Enter when it is done')
    Get-ChildItem -Path 'Cert:\LocalMachine\My' | Out-Host
    Confirm-Check -Question 'Verify: does it show at least one object: HasPrivateKey is True?'
}

# ---- Clean server with the same FQDN
# Only if the target is an Edge Server
if (Test-Step -Id 'mem-bare.4' -Title 'Take an image' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    Write-Host 'Take an image of the system now, after Windows and certificates and before anything is restored, and check that it can be read. It is the way back.'
    [void] (Read-Host 'Press Enter when it is done')
}

# ---- Edge Server: name, gateway, routes
# Only if the target is an Edge Server
if (Test-Step -Id 'mem-edge-net.1' -Title 'Name, primary DNS suffix, gateway, DNS' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    # Note: With a wrong name, step 2 of the Deployment Wizard removes all roles (pitfall P10).
    Write-Host 'On <ServerFqdn>, as a local administrator: computer name and primary DNS suffix together give exactly <ServerFqdn> (System properties, Computer Name, Change, More; restart). Default gateway on the external interface only. DNS as recorded, otherwise entries for the next hop <NextHopPoolFqdn> and its servers in the hosts file.'
    [void] (Read-Host 'Press Enter when it is done')
    Get-ItemProperty -LiteralPath 'HKLM:\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Hostname is <ServerName> and Domain is <ServerSuffix>?'
}

# ---- Edge Server: name, gateway, routes
# Only if the target is an Edge Server
# Only if for each <InternalNetwork> of internal networks
if (Test-Step -Id 'mem-edge-net.2' -Title 'Persistent route to an internal network' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    route '-p' 'add' '<InternalNetwork>' 'mask' '<InternalMask>' '<InternalGateway>'
    Assert-ExitCode -Low 0 -High 0
    route 'print' | Out-Host
    Confirm-Check -Question 'Verify: does it show at least one object: the value contains <InternalNetwork>?'
    # To undo: route delete <InternalNetwork>
}

# ---- Start the Deployment Wizard
if (Test-Step -Id 'mem-setup.1' -Title 'The server is ready for setup' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    # Note: What could not be asked of the lost server at the start is checked here.
    Get-CimInstance -ClassName 'Win32_OperatingSystem'
    Confirm-Check -Question 'Does the answer show the number of objects is at least 1?'
}

# ---- Start the Deployment Wizard
if (Test-Step -Id 'mem-setup.2' -Title 'Start the Deployment Wizard' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    Write-Host 'On <ServerFqdn> start \setup\amd64\Setup.exe from the Lync media. Confirm the Visual C++ redistributable, the installation location (as on the other servers) and the licence terms, until the Deployment Wizard opens: from then on the core components and the management shell are there.'
    [void] (Read-Host 'Press Enter when it is done')
    Get-Module -ListAvailable -Name @('Lync', 'SkypeForBusiness') | Out-Host
    Confirm-Check -Question 'Verify: does it show the number of objects is at least 1?'
}

# ---- Step 1: local configuration store
# Only if not: the target is an Edge Server
# Only if How are the roles installed, certificates assigned and services started? Deployment Wizard, by hand on the server
if (Test-Step -Id 'mem-step1.1' -Title 'Step 1: Install Local Configuration Store' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    Write-Host 'On <GoodServerFqdn> as lync-admin run: Get-CsComputer -Identity ''<ServerFqdn>'''
    Confirm-Check -Question 'Before: the server''s name is in the topology: does it show at least one object: Fqdn is the host <ServerFqdn>?'
    Get-ItemProperty -LiteralPath 'HKLM:\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters' | Out-Host
    Confirm-Check -Question 'Before: the server bears exactly that name: does it show every object: Hostname is <ServerName> and Domain is <ServerSuffix>?'
    Write-Host 'On <ServerFqdn>, in the Deployment Wizard: Install or Update Lync Server System, Step 1: Install Local Configuration Store, Run, Retrieve directly from the Central Management store, Next, Finish. Look for the green check mark.'
    [void] (Read-Host 'Press Enter when it is done')
    Get-CsTopology -LocalStore | Out-Host
    Confirm-Check -Question 'Verify: does it show the number of objects is at least 1?'
}

# ---- Step 1: local configuration store
# Only if not: the target is an Edge Server
# Only if How are the roles installed, certificates assigned and services started? Bootstrapper and cmdlets
if (Test-Step -Id 'mem-step1.2' -Title 'Install the local instance RTCLOCAL' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    # Note: The switch is ours, to be confirmed on a live system; with Lync on another drive take the Deployment Wizard.
    Write-Host 'On <GoodServerFqdn> as lync-admin run: Get-CsComputer -Identity ''<ServerFqdn>'''
    Confirm-Check -Question 'Before: the server''s name is in the topology: does it show at least one object: Fqdn is the host <ServerFqdn>?'
    Get-ItemProperty -LiteralPath 'HKLM:\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters' | Out-Host
    Confirm-Check -Question 'Before: the server bears exactly that name: does it show every object: Hostname is <ServerName> and Domain is <ServerSuffix>?'
    & 'C:\Program Files\Microsoft Lync Server 2013\Deployment\Bootstrapper.exe' '/BootstrapLocalMgmt'
    Assert-ExitCode -Low 0 -High 0
}

# ---- Step 1: local configuration store
# Only if not: the target is an Edge Server
# Only if How are the roles installed, certificates assigned and services started? Bootstrapper and cmdlets
if (Test-Step -Id 'mem-step1.3' -Title 'Make the folder for the configuration' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    New-Item -ItemType 'Directory' -Path '<Run:local-folder>\Configuration' -Force
}

# ---- Step 1: local configuration store
# Only if not: the target is an Edge Server
# Only if How are the roles installed, certificates assigned and services started? Bootstrapper and cmdlets
if (Test-Step -Id 'mem-step1.4' -Title 'Read the configuration from the Central Management store' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    Export-CsConfiguration -FileName '<Run:local-folder>\Configuration\Config.zip' -Force
    Test-Path -LiteralPath '<Run:local-folder>\Configuration\Config.zip' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: the value is True?'
}

# ---- Step 1: local configuration store
# Only if not: the target is an Edge Server
# Only if How are the roles installed, certificates assigned and services started? Bootstrapper and cmdlets
if (Test-Step -Id 'mem-step1.5' -Title 'Put it into the local configuration store' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    Import-CsConfiguration -FileName '<Run:local-folder>\Configuration\Config.zip' -LocalStore
    Get-CsTopology -LocalStore | Out-Host
    Confirm-Check -Question 'Verify: does it show the number of objects is at least 1?'
}

# ---- Step 1: local configuration store
# Only if not: the target is an Edge Server
# Only if How are the roles installed, certificates assigned and services started? Bootstrapper and cmdlets
if (Test-Step -Id 'mem-step1.6' -Title 'Activate the replica' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    Enable-CsReplica -Confirm:$false
    Get-CsWindowsService -Name 'REPLICA' | Out-Host
    Confirm-Check -Question 'Verify: does it show the number of objects is 1?'
}

# ---- Step 1: local configuration store
# Only if the target is an Edge Server
if (Test-Step -Id 'mem-step1.1' -Title 'Make the folder for the configuration' -RunOn '<GoodServerFqdn>' -Account 'lync-admin') {
    New-Item -ItemType 'Directory' -Path '<Run:local-folder>\Edge\<ServerName>' -Force
}

# ---- Step 1: local configuration store
# Only if the target is an Edge Server
if (Test-Step -Id 'mem-step1.2' -Title 'Export the configuration on an internal computer' -RunOn '<GoodServerFqdn>' -Account 'lync-admin') {
    Export-CsConfiguration -FileName '<Run:local-folder>\Edge\<ServerName>\EdgeConfig.zip' -Force
    Test-Path -LiteralPath '<Run:local-folder>\Edge\<ServerName>\EdgeConfig.zip' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: the value is True?'
}

# ---- Step 1: local configuration store
# Only if the target is an Edge Server
if (Test-Step -Id 'mem-step1.3' -Title 'Put the file where it can be carried from' -RunOn '<GoodServerFqdn>' -Account 'lync-admin') {
    robocopy '<Run:local-folder>\Edge\<ServerName>' '<EdgeConfigFolder>' '/E' '/COPY:DATSO' '/DCOPY:T' '/R:2' '/W:5'
    Assert-ExitCode -Low 0 -High 7
}

# ---- Step 1: local configuration store
# Only if the target is an Edge Server
if (Test-Step -Id 'mem-step1.4' -Title 'Carry the file to the Edge Server' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    robocopy '<EdgeConfigFolder>' '<Run:local-folder>\Edge' '/E' '/COPY:DATSO' '/DCOPY:T' '/R:2' '/W:5'
    Assert-ExitCode -Low 0 -High 7
    Test-Path -LiteralPath '<Run:local-folder>\Edge\EdgeConfig.zip' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: the value is True?'
}

# ---- Step 1: local configuration store
# Only if the target is an Edge Server
# Only if How are the roles installed, certificates assigned and services started? Deployment Wizard, by hand on the server
if (Test-Step -Id 'mem-step1.5' -Title 'Step 1: Install Local Configuration Store' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    Get-ItemProperty -LiteralPath 'HKLM:\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters' | Out-Host
    Confirm-Check -Question 'Before: the server bears exactly the name of the topology: does it show every object: Hostname is <ServerName> and Domain is <ServerSuffix>?'
    Write-Host 'On <ServerFqdn>, in the Deployment Wizard: Install or Update Lync Server System, Step 1: Install Local Configuration Store, Run, Import from a file (Recommended for Edge Servers), choose <Run:local-folder>\Edge\EdgeConfig.zip, Next, Finish. Look for the green check mark.'
    [void] (Read-Host 'Press Enter when it is done')
    Get-CsTopology -LocalStore | Out-Host
    Confirm-Check -Question 'Verify: does it show the number of objects is at least 1?'
}

# ---- Step 1: local configuration store
# Only if the target is an Edge Server
# Only if How are the roles installed, certificates assigned and services started? Bootstrapper and cmdlets
if (Test-Step -Id 'mem-step1.6' -Title 'Install the local instance RTCLOCAL' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    # Note: The switch is ours, to be confirmed on a live system; with Lync on another drive take the Deployment Wizard.
    Get-ItemProperty -LiteralPath 'HKLM:\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters' | Out-Host
    Confirm-Check -Question 'Before: the server bears exactly the name of the topology: does it show every object: Hostname is <ServerName> and Domain is <ServerSuffix>?'
    & 'C:\Program Files\Microsoft Lync Server 2013\Deployment\Bootstrapper.exe' '/BootstrapLocalMgmt'
    Assert-ExitCode -Low 0 -High 0
}

# ---- Step 1: local configuration store
# Only if the target is an Edge Server
# Only if How are the roles installed, certificates assigned and services started? Bootstrapper and cmdlets
if (Test-Step -Id 'mem-step1.7' -Title 'Put the configuration into the local store' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    Import-CsConfiguration -FileName '<Run:local-folder>\Edge\EdgeConfig.zip' -LocalStore
    Get-CsTopology -LocalStore | Out-Host
    Confirm-Check -Question 'Verify: does it show the number of objects is at least 1?'
}

# ---- Step 1: local configuration store
# Only if the target is an Edge Server
# Only if How are the roles installed, certificates assigned and services started? Bootstrapper and cmdlets
if (Test-Step -Id 'mem-step1.8' -Title 'Activate the replica' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    Enable-CsReplica -Confirm:$false
    Get-CsWindowsService -Name 'REPLICA' | Out-Host
    Confirm-Check -Question 'Verify: does it show the number of objects is 1?'
}

# ---- Step 2: install the role
# Only if How are the roles installed, certificates assigned and services started? Bootstrapper and cmdlets
if (Test-Step -Id 'mem-step2.1' -Title 'Install the role''s components' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    # Note: With Lync in another folder or on another drive, take the Deployment Wizard instead.
    # Note: If it asks for a restart, restart the server and send it again.
    Get-ItemProperty -LiteralPath 'HKLM:\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters' | Out-Host
    Confirm-Check -Question 'Before: the server bears exactly the name of the topology: does it show every object: Hostname is <ServerName> and Domain is <ServerSuffix>?'
    & 'C:\Program Files\Microsoft Lync Server 2013\Deployment\Bootstrapper.exe'
    Assert-ExitCode -Low 0 -High 0
    Get-CsWindowsService | Out-Host
    Confirm-Check -Question 'Verify: does it show at least one object: Name is <RoleService>?'
}

# ---- Step 2: install the role
# Only if How are the roles installed, certificates assigned and services started? Bootstrapper and cmdlets
if (Test-Step -Id 'mem-step2.2' -Title 'Activate the role' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    Enable-CsComputer -Confirm:$false
    Get-CsWindowsService | Out-Host
    Confirm-Check -Question 'Verify: does it show at least one object: Name is <RoleService>?'
}

# ---- Step 2: install the role
# Only if How are the roles installed, certificates assigned and services started? Deployment Wizard, by hand on the server
if (Test-Step -Id 'mem-step2' -Title 'Step 2: install the role' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    Write-Host 'Step 2: Setup or Remove Lync Server Components, Run. It installs the roles that the published topology names for <ServerFqdn>. Review the log, Finish. If it asks for a restart, restart and run step 2 again.'
    [void] (Read-Host 'Press Enter when it is done')
    Get-CsWindowsService | Out-Host
    Confirm-Check -Question 'Verify: does it show at least one object: Name is <RoleService>?'
}

# ---- Bring the server to the update level of the others
# Only if the update level of the servers is recorded
if (Test-Step -Id 'mem-update' -Title 'Bring the server to the update level of the others' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    Write-Host 'Close the Deployment Wizard. Install on <ServerFqdn> the cumulative update that the other servers have, so that Programs and Features shows <UpdateLevel>; restart the server if it asks for it.'
    [void] (Read-Host 'Press Enter when it is done')
    Get-ItemProperty -Path 'HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall\*' | Out-Host
    Confirm-Check -Question 'Verify: does it show at least one object: DisplayName contains Server 2013, Core Components and DisplayVersion is <UpdateLevel>?'
}

# ---- Step 3: certificates
# Only if How are the roles installed, certificates assigned and services started? Bootstrapper and cmdlets
if (Test-Step -Id 'mem-step3.1' -Title 'Assign the certificate' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    # Note: Edge pools share one certificate with its private key, because of media relay authentication.
    Get-ChildItem -Path 'Cert:\LocalMachine\My' | Where-Object -Property 'Subject' -Match -Value 'CN=(<ServerFqdn>|<PoolFqdn>)' | Select-Object -First 1 | Out-Host
    $Read_Thumbprint = Read-Value -Question 'Thumbprint (from <ServerFqdn>)'
    Set-CsCertificate -Type '<CertificateUses>' -Thumbprint $Read_Thumbprint -Confirm:$false
    Get-CsCertificate -Type '<CertificateUses>' | Out-Host
    Confirm-Check -Question 'Verify: does it show the number of objects is at least 1?'
    # To undo: assign another certificate
}

# ---- Step 3: certificates
# Only if How are the roles installed, certificates assigned and services started? Deployment Wizard, by hand on the server
if (Test-Step -Id 'mem-step3.1' -Title 'Assign the certificate' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    # Note: Edge pools share one certificate with its private key, because of media relay authentication.
    Get-ChildItem -Path 'Cert:\LocalMachine\My' | Where-Object -Property 'Subject' -Match -Value 'CN=(<ServerFqdn>|<PoolFqdn>)' | Select-Object -First 1 | Out-Host
    $Read_Thumbprint = Read-Value -Question 'Thumbprint (from <ServerFqdn>)'
    Write-Host 'Step 3: Request, Install or Assign Certificates, Run. Assign the restored certificates to every usage that is shown; on an Edge Server the internal one and the external one. Never request OAuthTokenIssuer on a rebuilt server; it arrives by replication. Finished when the status is Assigned.'
    [void] (Read-Host 'Press Enter when it is done')
    Get-CsCertificate -Type '<CertificateUses>' | Out-Host
    Confirm-Check -Question 'Verify: does it show the number of objects is at least 1?'
    # To undo: assign another certificate
}

# ---- Step 3: certificates
# Only if the target is an Edge Server
# Only if How are the roles installed, certificates assigned and services started? Bootstrapper and cmdlets
if (Test-Step -Id 'mem-step3.2' -Title 'Assign the external certificate' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    Get-ChildItem -Path 'Cert:\LocalMachine\My' | Where-Object -Property 'Subject' -NotMatch -Value 'CN=(<ServerFqdn>|<PoolFqdn>)' | Select-Object -First 1 | Out-Host
    $Read_Thumbprint = Read-Value -Question 'Thumbprint (from <ServerFqdn>)'
    Set-CsCertificate -Type '<ExternalCertificateUses>' -Thumbprint $Read_Thumbprint -Confirm:$false
    Get-CsCertificate -Type '<ExternalCertificateUses>' | Out-Host
    Confirm-Check -Question 'Verify: does it show the number of objects is at least 1?'
    # To undo: assign another certificate
}

# ---- Step 3: certificates
# Only if the target runs Web Services (Front End, Standard Edition, Director)
if (Test-Step -Id 'mem-step3.3' -Title 'The OAuth certificate of the deployment is there' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    # Note: Never request a new one on a rebuilt server; it is one certificate for the whole deployment.
    Get-CsCertificate -Type @('OAuthTokenIssuer')
    Get-CsCertificate -Type @('OAuthTokenIssuer') | Out-Host
    Confirm-Check -Question 'Verify: does it show the number of objects is at least 1 (within 15 min)?'
}

# ---- Front End Server: tell the pool that its disks are new
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if the pool has other servers
if (Test-Step -Id 'mem-fabric' -Title 'Front End Server: tell the pool that its disks are new' -RunOn '<OtherMemberFqdn>' -Account 'lync-admin') {
    # Note: Where the rest of the pool is down, restore the pool as a whole (restore-pool).
    Get-CsWindowsService -Name 'RTCSRV' | Out-Host
    Confirm-Check -Question 'Before: the rest of the pool runs: does it show every object: Status is Running?'
    Write-Host 'On <ServerFqdn> as lync-admin run: Get-CsWindowsService -Name ''RTCSRV'''
    Confirm-Check -Question 'Before: the services of the rebuilt server are not started yet: does it show every object: Status is Stopped?'
    Confirm-Harm -Harm 'changes the state of <ServerFqdn> in the Windows Fabric of <PoolFqdn>' -Name '<ServerFqdn>'
    Reset-CsPoolRegistrarState -PoolFqdn '<PoolFqdn>' -ResetType 'MachineStateRemoved' -MachineFqdn '<ServerFqdn>' -Confirm:$false
    Get-CsPoolFabricState -PoolFqdn '<PoolFqdn>' | Out-Host
    Confirm-Check -Question 'Verify: does it show the number of objects is at least 1?'
    # To undo: none
}

# ---- Step 4: start services
# Only if How are the roles installed, certificates assigned and services started? Bootstrapper and cmdlets
if (Test-Step -Id 'mem-step4.1' -Title 'Start the services' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    # Note: With several Front End Servers of one pool lost, start them together (restore-pool), or this waits for ever.
    Start-CsWindowsService -NoWait
    Get-CsWindowsService | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Status is Running (within 60 min)?'
    # To undo: Stop-CsWindowsService
}

# ---- Step 4: start services
# Only if How are the roles installed, certificates assigned and services started? Deployment Wizard, by hand on the server
if (Test-Step -Id 'mem-step4.1' -Title 'Start the services' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    # Note: With several Front End Servers of one pool lost, start them together (restore-pool), or this waits for ever.
    Write-Host 'Step 4: Start Services, Run, Next, Finish. The result is best effort; look at Service Status (Optional) and start what is not running.'
    [void] (Read-Host 'Press Enter when it is done')
    Get-CsWindowsService | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Status is Running (within 60 min)?'
    # To undo: Stop-CsWindowsService
}

# ---- Step 4: start services
if (Test-Step -Id 'mem-step4.2' -Title 'Make the folder for the report' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    New-Item -ItemType 'Directory' -Path 'C:\Logs' -Force
}

# ---- Step 4: start services
if (Test-Step -Id 'mem-step4.3' -Title 'Test the computer' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    Test-CsComputer -Report 'C:\Logs\ComputerTest.html'
}

# ---- Step 4: start services
if (Test-Step -Id 'mem-step4.4' -Title 'Test the replica' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    Test-CsReplica
}

# ---- Step 4: start services
# Only if another working server of the site is recorded
if (Test-Step -Id 'mem-step4.5' -Title 'The configuration reaches the server' -RunOn '<GoodServerFqdn>' -Account 'lync-admin') {
    Get-CsManagementStoreReplicationStatus -ReplicaFqdn '<ServerFqdn>'
    Get-CsManagementStoreReplicationStatus -ReplicaFqdn '<ServerFqdn>' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: UpToDate is True (within 15 min)?'
}

# ---- Kerberos account password
# Only if the target runs Web Services (Front End, Standard Edition, Director)
# Only if a Kerberos web authentication account is assigned to the site
# Only if another working server of the site is recorded
if (Test-Step -Id 'mem-kerberos.1' -Title 'Copy the password to the rebuilt server' -RunOn '<GoodServerFqdn>' -Account 'lync-admin') {
    Confirm-Harm -Harm 'sets the Kerberos account''s password in IIS on <ServerFqdn>' -Name '<ServerFqdn>'
    Set-CsKerberosAccountPassword -FromComputer '<GoodServerFqdn>' -ToComputer '<ServerFqdn>'
}

# ---- Kerberos account password
# Only if the target runs Web Services (Front End, Standard Edition, Director)
# Only if a Kerberos web authentication account is assigned to the site
# Only if another working server of the site is recorded
if (Test-Step -Id 'mem-kerberos.2' -Title 'Enable the topology' -RunOn '<GoodServerFqdn>' -Account 'lync-admin') {
    Confirm-Harm -Harm 'rewrites AD objects and ACLs according to the topology' -Name '<ServerFqdn>'
    Enable-CsTopology
    Test-CsKerberosAccountAssignment -Identity 'site:<SiteName>' | Out-Host
    Confirm-Check -Question 'Verify: does it show no object: the value contains fail?'
}

# ---- Check the pool
# Only if the target belongs to an Enterprise Edition Front End pool
if (Test-Step -Id 'mem-quorum.1' -Title 'Every routing group has a primary and a secondary' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    # Note: A Front End Server that will be missing for days is removed from the topology and added again later.
    Get-CsPoolFabricState -PoolFqdn '<PoolFqdn>'
    Get-CsPoolFabricState -PoolFqdn '<PoolFqdn>' | Out-Host
    Confirm-Check -Question 'Verify: does it show no object: HealthState is one of Warning, Error; the number of objects is at least 1 (within 15 min)?'
}

# ---- Check the pool
# Only if the target belongs to an Enterprise Edition Front End pool
if (Test-Step -Id 'mem-quorum.2' -Title 'The server''s replica is up to date' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    Get-CsManagementStoreReplicationStatus -ReplicaFqdn '<ServerFqdn>'
    Confirm-Check -Question 'Does the answer show every object: UpToDate is True?'
}

Write-Host 'Afterwards: Run Get-CsManagementStoreReplicationStatus and Get-CsWindowsService once more after an hour.'
Write-Host 'Afterwards: Sign in a test user on the pool; for an Edge Server, from outside.'
Write-Host 'Afterwards: Take a fresh backup into a new set.'
