# Restore a member server (restore-member)
# Target: chat02.contoso.com. Backup set: 2026-11-22T013000Z_contoso. Plan: sha256:92d13d0aa8710f7ffcd02948b9cdcdec8d120892b351ed249531acef7753e99b
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

# ---- Prepare
if (Test-Step -Id 'prepare/prep-decide' -Title 'Decide what to restore' -RunOn 'chatpool.contoso.com' -Account 'lync-admin') {
    # Note: Restore only when troubleshooting has failed; a restore costs downtime and everything since the backup.
    # Note: The person named in the plan decides. Have media, keys, certificates and the worksheets at hand before going on.
    Write-Host 'Decide: Decide what to restore (restore)'
    [void] (Read-Host 'Press Enter when it is done')
}

# ---- Prepare
if (Test-Step -Id 'prepare/prep-ad' -Title 'Keep the AD computer account' -RunOn 'dc01.contoso.com' -Account 'domain-admin') {
    # Note: Joining with the same name re-uses the account; deleting it loses the group memberships.
    # Note: Since October 2022 (KB5020276) only the account's creator or an allowed owner may join with it again.
    Write-Host 'Do not delete the computer account of chat02.contoso.com when Windows is installed again. Have the AD administrator check that the account exists, is enabled, and is still a member of its Lync (RTC) groups; reset it if needed.'
    [void] (Read-Host 'Press Enter when it is done')
    Get-ADComputer -Identity 'chat02' -Properties @('MemberOf') | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Enabled is True?'
}

# ---- Clean server with the same FQDN
if (Test-Step -Id 'mem-bare.1' -Title 'Install Windows under the old name' -RunOn 'chat02.contoso.com' -Account 'lync-admin') {
    # Note: A Front End Server gets the same Windows version as the other Front End Servers of its pool.
    # Note: With a wrong name or suffix the Deployment Wizard uninstalls every role (pitfall P10).
    Confirm-Harm -Harm 'the disks of the computer that becomes chat02.contoso.com are wiped' -Name 'chat02.contoso.com'
    Write-Host 'Install Windows on the replacement computer with the name chat02.contoso.com: same computer name, same DNS suffix, same IP address and DNS record as before; join the domain with the existing computer account; install the patches and the Lync prerequisites; leave the Windows Firewall on.'
    [void] (Read-Host 'Press Enter when it is done')
    Get-CimInstance -ClassName 'Win32_ComputerSystem' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: DNSHostName is chat02 and PartOfDomain is True and Domain is contoso.com?'
    # To undo: none; whatever is on the disks is gone
}

# ---- Clean server with the same FQDN
if (Test-Step -Id 'mem-bare.2' -Title 'The name and the DNS suffix are those of the topology' -RunOn 'chat02.contoso.com' -Account 'lync-admin') {
    # Note: Being in the right domain is not enough; the primary DNS suffix must be right as well.
    Get-ItemProperty -LiteralPath 'HKLM:\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters'
    Confirm-Check -Question 'Does the answer show every object: Hostname is chat02 and Domain is contoso.com?'
}

# ---- Clean server with the same FQDN
if (Test-Step -Id 'mem-bare.3' -Title 'No trace of an earlier installation' -RunOn 'chat02.contoso.com' -Account 'lync-admin') {
    # Note: A restore never goes onto an existing server state.
    # An error with these words does not count: Cannot find any service
    try { Get-Service -Name @('RTC*', 'REPLICA', 'MASTER', 'FTA') } catch { Confirm-Check ('Error: {0}. Does it not count?' -f $_) }
    Confirm-Check -Question 'Does the answer show the number of objects is 0?'
}

# ---- Clean server with the same FQDN
if (Test-Step -Id 'mem-bare.4' -Title 'Restore or re-enrol the certificates' -RunOn 'chat02.contoso.com' -Account 'lync-admin') {
    # Note: The OAuth certificate is one for the whole deployment and arrives by replication.
    Write-Host 'Put the server''s certificates with their private keys into the computer''s Personal store: import the saved ones with the Certificates MMC snap-in, or re-enrol with the internal CA. Do not request an OAuthTokenIssuer certificate.'
    [void] (Read-Host 'Press Enter when it is done')
    Get-ChildItem -Path 'Cert:\LocalMachine\My' | Out-Host
    Confirm-Check -Question 'Verify: does it show at least one object: HasPrivateKey is True and DnsNameList contains chat02.contoso.com?'
}

# ---- Clean server with the same FQDN
if (Test-Step -Id 'mem-bare.5' -Title 'Take an image' -RunOn 'chat02.contoso.com' -Account 'lync-admin') {
    Write-Host 'Take an image of the system now, after Windows and certificates and before anything is restored, and check that it can be read. It is the way back.'
    [void] (Read-Host 'Press Enter when it is done')
}

# ---- Start the Deployment Wizard
if (Test-Step -Id 'mem-setup.1' -Title 'The server is ready for setup' -RunOn 'chat02.contoso.com' -Account 'lync-admin') {
    # Note: What could not be asked of the lost server at the start is checked here.
    Confirm-Check -Question 'Before: every server of the plan answers and lets us in?'
    Confirm-Check -Question 'Before: the account is in the groups the steps need?'
    Confirm-Check -Question 'Before: the replacement server is clean?'
    Confirm-Check -Question 'Before: the server bears the name of the topology?'
    Confirm-Check -Question 'Before: the servers have room for what comes?'
    Confirm-Check -Question 'Before: windows Firewall runs before Lync''s services start?'
    Confirm-Check -Question 'Before: certificates are there with key, names, chain and dates?'
    Confirm-Check -Question 'Before: trusted Root holds roots alone?'
    Confirm-Check -Question 'Before: the clocks agree?'
    Get-CimInstance -ClassName 'Win32_OperatingSystem'
    Confirm-Check -Question 'Does the answer show the number of objects is at least 1?'
}

# ---- Start the Deployment Wizard
if (Test-Step -Id 'mem-setup.2' -Title 'Start the Deployment Wizard' -RunOn 'chat02.contoso.com' -Account 'lync-admin') {
    Write-Host 'On chat02.contoso.com start \setup\amd64\Setup.exe from the Lync media. Confirm the Visual C++ redistributable, the installation location (as on the other servers) and the licence terms, until the Deployment Wizard opens: from then on the core components and the management shell are there.'
    [void] (Read-Host 'Press Enter when it is done')
    Get-Module -ListAvailable -Name @('Lync', 'SkypeForBusiness') | Out-Host
    Confirm-Check -Question 'Verify: does it show the number of objects is at least 1?'
}

# ---- Step 1: local configuration store
if (Test-Step -Id 'mem-step1.2' -Title 'Install the local instance RTCLOCAL' -RunOn 'chat02.contoso.com' -Account 'lync-admin') {
    # Note: The switch is ours, to be confirmed on a live system; with Lync on another drive take the Deployment Wizard.
    Write-Host 'On fe01.contoso.com as lync-admin run: Get-CsComputer -Identity ''chat02.contoso.com'''
    Confirm-Check -Question 'Before: the server''s name is in the topology: does it show at least one object: Fqdn is the host chat02.contoso.com?'
    Get-ItemProperty -LiteralPath 'HKLM:\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters' | Out-Host
    Confirm-Check -Question 'Before: the server bears exactly that name: does it show every object: Hostname is chat02 and Domain is contoso.com?'
    & 'C:\Program Files\Microsoft Lync Server 2013\Deployment\Bootstrapper.exe' '/BootstrapLocalMgmt'
    Assert-ExitCode -Low 0 -High 0
}

# ---- Step 1: local configuration store
if (Test-Step -Id 'mem-step1.3' -Title 'Make the folder for the configuration' -RunOn 'chat02.contoso.com' -Account 'lync-admin') {
    New-Item -ItemType 'Directory' -Path 'C:\Restore\Configuration' -Force
}

# ---- Step 1: local configuration store
if (Test-Step -Id 'mem-step1.4' -Title 'Read the configuration from the Central Management store' -RunOn 'chat02.contoso.com' -Account 'lync-admin') {
    Confirm-Check -Question 'Before: the Lync module is installed?'
    Confirm-Check -Question 'Before: sessions read the Central Management store from the server?'
    Confirm-Check -Question 'Before: the account may enable the topology?'
    Confirm-Check -Question 'Before: every cmdlet and parameter of the plan exists there?'
    Export-CsConfiguration -FileName 'C:\Restore\Configuration\Config.zip' -Force
    Test-Path -LiteralPath 'C:\Restore\Configuration\Config.zip' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: the value is True?'
}

# ---- Step 1: local configuration store
if (Test-Step -Id 'mem-step1.5' -Title 'Put it into the local configuration store' -RunOn 'chat02.contoso.com' -Account 'lync-admin') {
    Import-CsConfiguration -FileName 'C:\Restore\Configuration\Config.zip' -LocalStore
    Get-CsTopology -LocalStore | Out-Host
    Confirm-Check -Question 'Verify: does it show the number of objects is at least 1?'
}

# ---- Step 1: local configuration store
if (Test-Step -Id 'mem-step1.6' -Title 'Activate the replica' -RunOn 'chat02.contoso.com' -Account 'lync-admin') {
    Enable-CsReplica -Confirm:$false
    Get-CsWindowsService -Name 'REPLICA' | Out-Host
    Confirm-Check -Question 'Verify: does it show the number of objects is 1?'
}

# ---- Step 2: install the role
if (Test-Step -Id 'mem-step2.1' -Title 'Install the role''s components' -RunOn 'chat02.contoso.com' -Account 'lync-admin') {
    # Note: With Lync in another folder or on another drive, take the Deployment Wizard instead.
    # Note: If it asks for a restart, restart the server and send it again.
    Get-ItemProperty -LiteralPath 'HKLM:\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters' | Out-Host
    Confirm-Check -Question 'Before: the server bears exactly the name of the topology: does it show every object: Hostname is chat02 and Domain is contoso.com?'
    & 'C:\Program Files\Microsoft Lync Server 2013\Deployment\Bootstrapper.exe'
    Assert-ExitCode -Low 0 -High 0
    Get-CsWindowsService | Out-Host
    Confirm-Check -Question 'Verify: does it show at least one object: Name is RTCCHAT?'
}

# ---- Step 2: install the role
if (Test-Step -Id 'mem-step2.2' -Title 'Activate the role' -RunOn 'chat02.contoso.com' -Account 'lync-admin') {
    Enable-CsComputer -Confirm:$false
    Get-CsWindowsService | Out-Host
    Confirm-Check -Question 'Verify: does it show at least one object: Name is RTCCHAT?'
}

# ---- Bring the server to the update level of the others
if (Test-Step -Id 'mem-update' -Title 'Bring the server to the update level of the others' -RunOn 'chat02.contoso.com' -Account 'lync-admin') {
    Write-Host 'Close the Deployment Wizard. Install on chat02.contoso.com the cumulative update that the other servers have, so that Programs and Features shows 5.0.8308.887; restart the server if it asks for it.'
    [void] (Read-Host 'Press Enter when it is done')
    Get-ItemProperty -Path 'HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall\*' | Out-Host
    Confirm-Check -Question 'Verify: does it show at least one object: DisplayName contains Server 2013, Core Components and DisplayVersion is 5.0.8308.887?'
}

# ---- Step 3: certificates
if (Test-Step -Id 'mem-step3.1' -Title 'Assign the certificate' -RunOn 'chat02.contoso.com' -Account 'lync-admin') {
    # Note: Edge pools share one certificate with its private key, because of media relay authentication.
    Get-ChildItem -Path 'Cert:\LocalMachine\My' | Where-Object -Property 'Subject' -Match -Value 'CN=(chat02.contoso.com|chatpool.contoso.com)' | Select-Object -First 1 | Out-Host
    $Read_Thumbprint = Read-Value -Question 'Thumbprint (from chat02.contoso.com)'
    Set-CsCertificate -Type @('Default') -Thumbprint $Read_Thumbprint -Confirm:$false
    Get-CsCertificate -Type @('Default') | Out-Host
    Confirm-Check -Question 'Verify: does it show the number of objects is at least 1?'
    # To undo: assign another certificate
}

# ---- Step 4: start services
if (Test-Step -Id 'mem-step4.1' -Title 'Start the services' -RunOn 'chat02.contoso.com' -Account 'lync-admin') {
    # Note: With several Front End Servers of one pool lost, start them together (restore-pool), or this waits for ever.
    Confirm-Check -Question 'Before: every server is at the farm''s update level?'
    Start-CsWindowsService -NoWait
    Get-CsWindowsService | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Status is Running (within 60 min)?'
    # To undo: Stop-CsWindowsService
}

# ---- Step 4: start services
if (Test-Step -Id 'mem-step4.2' -Title 'Make the folder for the report' -RunOn 'chat02.contoso.com' -Account 'lync-admin') {
    New-Item -ItemType 'Directory' -Path 'C:\Logs' -Force
}

# ---- Step 4: start services
if (Test-Step -Id 'mem-step4.3' -Title 'Test the computer' -RunOn 'chat02.contoso.com' -Account 'lync-admin') {
    Test-CsComputer -Report 'C:\Logs\ComputerTest.html'
}

# ---- Step 4: start services
if (Test-Step -Id 'mem-step4.4' -Title 'Test the replica' -RunOn 'chat02.contoso.com' -Account 'lync-admin') {
    Test-CsReplica
}

# ---- Step 4: start services
if (Test-Step -Id 'mem-step4.5' -Title 'The configuration reaches the server' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Confirm-Check -Question 'Before: every cmdlet and parameter of the plan exists there?'
    Get-CsManagementStoreReplicationStatus -ReplicaFqdn 'chat02.contoso.com'
    Get-CsManagementStoreReplicationStatus -ReplicaFqdn 'chat02.contoso.com' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: UpToDate is True (within 15 min)?'
}

# Left out: Clean server with the same FQDN: no Edge Server
# Left out: Edge Server: name, gateway, routes: no Edge Server
# Left out: Step 1: Install Local Configuration Store: roles gui was not chosen
# Left out: Step 1: local configuration store: no Edge Server
# Left out: Assign the external certificate: no Edge Server
# Left out: The OAuth certificate of the deployment is there: no Web Services
# Left out: Front End Server: tell the pool that its disks are new: no Enterprise Edition pool
# Left out: Kerberos account password: no Web Services; no Kerberos account
# Left out: Check the pool: no Enterprise Edition pool
Write-Host 'Afterwards: Run Get-CsManagementStoreReplicationStatus and Get-CsWindowsService once more after an hour.'
Write-Host 'Afterwards: Sign in a test user on the pool; for an Edge Server, from outside.'
Write-Host 'Afterwards: Take a fresh backup into a new set.'
