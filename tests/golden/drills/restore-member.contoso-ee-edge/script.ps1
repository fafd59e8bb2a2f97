# Restore a member server (restore-member)
# Target: edge02.contoso.com. Backup set: 2026-11-22T013000Z_contoso. Plan: sha256:ec8b88e403dffb014248fab889cda179d220510fa70be070cd10fcb31d500bc7
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
if (Test-Step -Id 'prepare/prep-decide' -Title 'Decide what to restore' -RunOn 'edgepool.contoso.com' -Account 'edge-admin') {
    # Note: Restore only when troubleshooting has failed; a restore costs downtime and everything since the backup.
    # Note: The person named in the plan decides. Have media, keys, certificates and the worksheets at hand before going on.
    Write-Host 'Decide: Decide what to restore (restore)'
    [void] (Read-Host 'Press Enter when it is done')
}

# ---- Clean server with the same FQDN
if (Test-Step -Id 'mem-bare.1' -Title 'Install Windows' -RunOn 'edge02.contoso.com' -Account 'edge-admin') {
    Confirm-Harm -Harm 'the disks of the computer that becomes edge02.contoso.com are wiped' -Name 'edge02.contoso.com'
    Write-Host 'Install Windows on the replacement computer of edge02.contoso.com: same computer name, same addresses on the internal and the external interface as before, in no domain; install the patches and the Lync prerequisites; leave the Windows Firewall on; give the local administrator the password on record and allow remote management on the internal interface.'
    [void] (Read-Host 'Press Enter when it is done')
    Get-CimInstance -ClassName 'Win32_ComputerSystem' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: DNSHostName is edge02 and PartOfDomain is False?'
    # To undo: none; whatever is on the disks is gone
}

# ---- Clean server with the same FQDN
if (Test-Step -Id 'mem-bare.2' -Title 'No trace of an earlier installation' -RunOn 'edge02.contoso.com' -Account 'edge-admin') {
    # Note: A restore never goes onto an existing server state.
    # An error with these words does not count: Cannot find any service
    try { Get-Service -Name @('RTC*', 'REPLICA', 'MASTER', 'FTA') } catch { Confirm-Check ('Error: {0}. Does it not count?' -f $_) }
    Confirm-Check -Question 'Does the answer show the number of objects is 0?'
}

# ---- Clean server with the same FQDN
if (Test-Step -Id 'mem-bare.3' -Title 'Restore the certificates' -RunOn 'edge02.contoso.com' -Account 'edge-admin') {
    Write-Host 'Put the Edge Server''s certificates with their private keys into the computer''s Personal store: the internal one, which all servers of edgepool.contoso.com share, and the external one; the root certificate of the internal CA into Trusted Root Certification Authorities.'
    [void] (Read-Host 'Press Enter when it is done')
    Get-ChildItem -Path 'Cert:\LocalMachine\My' | Out-Host
    Confirm-Check -Question 'Verify: does it show at least one object: HasPrivateKey is True?'
}

# ---- Clean server with the same FQDN
if (Test-Step -Id 'mem-bare.4' -Title 'Take an image' -RunOn 'edge02.contoso.com' -Account 'edge-admin') {
    Write-Host 'Take an image of the system now, after Windows and certificates and before anything is restored, and check that it can be read. It is the way back.'
    [void] (Read-Host 'Press Enter when it is done')
}

# ---- Edge Server: name, gateway, routes
if (Test-Step -Id 'mem-edge-net.1' -Title 'Name, primary DNS suffix, gateway, DNS' -RunOn 'edge02.contoso.com' -Account 'edge-admin') {
    # Note: With a wrong name, step 2 of the Deployment Wizard removes all roles (pitfall P10).
    Write-Host 'On edge02.contoso.com, as a local administrator: computer name and primary DNS suffix together give exactly edge02.contoso.com (System properties, Computer Name, Change, More; restart). Default gateway on the external interface only. DNS as recorded, otherwise entries for the next hop pool01.contoso.com and its servers in the hosts file.'
    [void] (Read-Host 'Press Enter when it is done')
    Get-ItemProperty -LiteralPath 'HKLM:\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Hostname is edge02 and Domain is contoso.com?'
}

# ---- Edge Server: name, gateway, routes
if (Test-Step -Id 'mem-edge-net.2@192.168.10.0' -Title 'Persistent route to an internal network' -RunOn 'edge02.contoso.com' -Account 'edge-admin') {
    Confirm-Check -Question 'Before: every server of the plan answers and lets us in?'
    Confirm-Check -Question 'Before: the account is in the groups the steps need?'
    Confirm-Check -Question 'Before: the replacement server is clean?'
    Confirm-Check -Question 'Before: the servers have room for what comes?'
    Confirm-Check -Question 'Before: windows Firewall runs before Lync''s services start?'
    Confirm-Check -Question 'Before: certificates are there with key, names, chain and dates?'
    Confirm-Check -Question 'Before: trusted Root holds roots alone?'
    Confirm-Check -Question 'Before: the clocks agree?'
    route '-p' 'add' '192.168.10.0' 'mask' '255.255.255.0' '172.16.0.1'
    Assert-ExitCode -Low 0 -High 0
    route 'print' | Out-Host
    Confirm-Check -Question 'Verify: does it show at least one object: the value contains 192.168.10.0?'
    # To undo: route delete 192.168.10.0
}

# ---- Edge Server: name, gateway, routes
if (Test-Step -Id 'mem-edge-net.2@192.168.40.0' -Title 'Persistent route to an internal network' -RunOn 'edge02.contoso.com' -Account 'edge-admin') {
    route '-p' 'add' '192.168.40.0' 'mask' '255.255.255.0' '172.16.0.1'
    Assert-ExitCode -Low 0 -High 0
    route 'print' | Out-Host
    Confirm-Check -Question 'Verify: does it show at least one object: the value contains 192.168.40.0?'
    # To undo: route delete 192.168.40.0
}

# ---- Start the Deployment Wizard
if (Test-Step -Id 'mem-setup.1' -Title 'The server is ready for setup' -RunOn 'edge02.contoso.com' -Account 'edge-admin') {
    # Note: What could not be asked of the lost server at the start is checked here.
    Get-CimInstance -ClassName 'Win32_OperatingSystem'
    Confirm-Check -Question 'Does the answer show the number of objects is at least 1?'
}

# ---- Start the Deployment Wizard
if (Test-Step -Id 'mem-setup.2' -Title 'Start the Deployment Wizard' -RunOn 'edge02.contoso.com' -Account 'edge-admin') {
    Write-Host 'On edge02.contoso.com start \setup\amd64\Setup.exe from the Lync media. Confirm the Visual C++ redistributable, the installation location (as on the other servers) and the licence terms, until the Deployment Wizard opens: from then on the core components and the management shell are there.'
    [void] (Read-Host 'Press Enter when it is done')
    Get-Module -ListAvailable -Name @('Lync', 'SkypeForBusiness') | Out-Host
    Confirm-Check -Question 'Verify: does it show the number of objects is at least 1?'
}

# ---- Step 1: local configuration store
if (Test-Step -Id 'mem-step1.1' -Title 'Make the folder for the configuration' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    New-Item -ItemType 'Directory' -Path 'C:\Restore\Edge\edge02' -Force
}

# ---- Step 1: local configuration store
if (Test-Step -Id 'mem-step1.2' -Title 'Export the configuration on an internal computer' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Confirm-Check -Question 'Before: every cmdlet and parameter of the plan exists there?'
    Export-CsConfiguration -FileName 'C:\Restore\Edge\edge02\EdgeConfig.zip' -Force
    Test-Path -LiteralPath 'C:\Restore\Edge\edge02\EdgeConfig.zip' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: the value is True?'
}

# ---- Step 1: local configuration store
if (Test-Step -Id 'mem-step1.3' -Title 'Put the file where it can be carried from' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Confirm-Check -Question 'Before: the session reaches the backup share?'
    robocopy 'C:\Restore\Edge\edge02' '\\backup01.contoso.com\LyncBackup\.carried\edge02.contoso.com' '/E' '/COPY:DATSO' '/DCOPY:T' '/R:2' '/W:5'
    Assert-ExitCode -Low 0 -High 7
}

# ---- Step 1: local configuration store
if (Test-Step -Id 'mem-step1.4' -Title 'Carry the file to the Edge Server' -RunOn 'edge02.contoso.com' -Account 'edge-admin') {
    Confirm-Check -Question 'Before: the session reaches the backup share?'
    robocopy '\\backup01.contoso.com\LyncBackup\.carried\edge02.contoso.com' 'C:\Restore\Edge' '/E' '/COPY:DATSO' '/DCOPY:T' '/R:2' '/W:5'
    Assert-ExitCode -Low 0 -High 7
    Test-Path -LiteralPath 'C:\Restore\Edge\EdgeConfig.zip' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: the value is True?'
}

# ---- Step 1: local configuration store
if (Test-Step -Id 'mem-step1.6' -Title 'Install the local instance RTCLOCAL' -RunOn 'edge02.contoso.com' -Account 'edge-admin') {
    # Note: The switch is ours, to be confirmed on a live system; with Lync on another drive take the Deployment Wizard.
    Confirm-Check -Question 'Before: the server bears the name of the topology?'
    Confirm-Check -Question 'Before: the Edge Server has one default gateway and its routes?'
    Get-ItemProperty -LiteralPath 'HKLM:\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters' | Out-Host
    Confirm-Check -Question 'Before: the server bears exactly the name of the topology: does it show every object: Hostname is edge02 and Domain is contoso.com?'
    & 'C:\Program Files\Microsoft Lync Server 2013\Deployment\Bootstrapper.exe' '/BootstrapLocalMgmt'
    Assert-ExitCode -Low 0 -High 0
}

# ---- Step 1: local configuration store
if (Test-Step -Id 'mem-step1.7' -Title 'Put the configuration into the local store' -RunOn 'edge02.contoso.com' -Account 'edge-admin') {
    Confirm-Check -Question 'Before: the Lync module is installed?'
    Confirm-Check -Question 'Before: the account may enable the topology?'
    Confirm-Check -Question 'Before: every cmdlet and parameter of the plan exists there?'
    Import-CsConfiguration -FileName 'C:\Restore\Edge\EdgeConfig.zip' -LocalStore
    Get-CsTopology -LocalStore | Out-Host
    Confirm-Check -Question 'Verify: does it show the number of objects is at least 1?'
}

# ---- Step 1: local configuration store
if (Test-Step -Id 'mem-step1.8' -Title 'Activate the replica' -RunOn 'edge02.contoso.com' -Account 'edge-admin') {
    Enable-CsReplica -Confirm:$false
    Get-CsWindowsService -Name 'REPLICA' | Out-Host
    Confirm-Check -Question 'Verify: does it show the number of objects is 1?'
}

# ---- Step 2: install the role
if (Test-Step -Id 'mem-step2.1' -Title 'Install the role''s components' -RunOn 'edge02.contoso.com' -Account 'edge-admin') {
    # Note: With Lync in another folder or on another drive, take the Deployment Wizard instead.
    # Note: If it asks for a restart, restart the server and send it again.
    Get-ItemProperty -LiteralPath 'HKLM:\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters' | Out-Host
    Confirm-Check -Question 'Before: the server bears exactly the name of the topology: does it show every object: Hostname is edge02 and Domain is contoso.com?'
    & 'C:\Program Files\Microsoft Lync Server 2013\Deployment\Bootstrapper.exe'
    Assert-ExitCode -Low 0 -High 0
    Get-CsWindowsService | Out-Host
    Confirm-Check -Question 'Verify: does it show at least one object: Name is RTCSRV?'
}

# ---- Step 2: install the role
if (Test-Step -Id 'mem-step2.2' -Title 'Activate the role' -RunOn 'edge02.contoso.com' -Account 'edge-admin') {
    Enable-CsComputer -Confirm:$false
    Get-CsWindowsService | Out-Host
    Confirm-Check -Question 'Verify: does it show at least one object: Name is RTCSRV?'
}

# ---- Bring the server to the update level of the others
if (Test-Step -Id 'mem-update' -Title 'Bring the server to the update level of the others' -RunOn 'edge02.contoso.com' -Account 'edge-admin') {
    Write-Host 'Close the Deployment Wizard. Install on edge02.contoso.com the cumulative update that the other servers have, so that Programs and Features shows 5.0.8308.887; restart the server if it asks for it.'
    [void] (Read-Host 'Press Enter when it is done')
    Get-ItemProperty -Path 'HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall\*' | Out-Host
    Confirm-Check -Question 'Verify: does it show at least one object: DisplayName contains Server 2013, Core Components and DisplayVersion is 5.0.8308.887?'
}

# ---- Step 3: certificates
if (Test-Step -Id 'mem-step3.1' -Title 'Assign the certificate' -RunOn 'edge02.contoso.com' -Account 'edge-admin') {
    # Note: Edge pools share one certificate with its private key, because of media relay authentication.
    Get-ChildItem -Path 'Cert:\LocalMachine\My' | Where-Object -Property 'Subject' -Match -Value 'CN=(edge02.contoso.com|edgepool.contoso.com)' | Select-Object -First 1 | Out-Host
    $Read_Thumbprint = Read-Value -Question 'Thumbprint (from edge02.contoso.com)'
    Set-CsCertificate -Type @('Internal') -Thumbprint $Read_Thumbprint -Confirm:$false
    Get-CsCertificate -Type @('Internal') | Out-Host
    Confirm-Check -Question 'Verify: does it show the number of objects is at least 1?'
    # To undo: assign another certificate
}

# ---- Step 3: certificates
if (Test-Step -Id 'mem-step3.2' -Title 'Assign the external certificate' -RunOn 'edge02.contoso.com' -Account 'edge-admin') {
    Get-ChildItem -Path 'Cert:\LocalMachine\My' | Where-Object -Property 'Subject' -NotMatch -Value 'CN=(edge02.contoso.com|edgepool.contoso.com)' | Select-Object -First 1 | Out-Host
    $Read_Thumbprint = Read-Value -Question 'Thumbprint (from edge02.contoso.com)'
    Set-CsCertificate -Type @('AccessEdgeExternal', 'DataEdgeExternal', 'AudioVideoAuthentication') -Thumbprint $Read_Thumbprint -Confirm:$false
    Get-CsCertificate -Type @('AccessEdgeExternal', 'DataEdgeExternal', 'AudioVideoAuthentication') | Out-Host
    Confirm-Check -Question 'Verify: does it show the number of objects is at least 1?'
    # To undo: assign another certificate
}

# ---- Step 4: start services
if (Test-Step -Id 'mem-step4.1' -Title 'Start the services' -RunOn 'edge02.contoso.com' -Account 'edge-admin') {
    # Note: With several Front End Servers of one pool lost, start them together (restore-pool), or this waits for ever.
    Confirm-Check -Question 'Before: every server is at the farm''s update level?'
    Start-CsWindowsService -NoWait
    Get-CsWindowsService | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Status is Running (within 60 min)?'
    # To undo: Stop-CsWindowsService
}

# ---- Step 4: start services
if (Test-Step -Id 'mem-step4.2' -Title 'Make the folder for the report' -RunOn 'edge02.contoso.com' -Account 'edge-admin') {
    New-Item -ItemType 'Directory' -Path 'C:\Logs' -Force
}

# ---- Step 4: start services
if (Test-Step -Id 'mem-step4.3' -Title 'Test the computer' -RunOn 'edge02.contoso.com' -Account 'edge-admin') {
    Test-CsComputer -Report 'C:\Logs\ComputerTest.html'
}

# ---- Step 4: start services
if (Test-Step -Id 'mem-step4.4' -Title 'Test the replica' -RunOn 'edge02.contoso.com' -Account 'edge-admin') {
    Test-CsReplica
}

# ---- Step 4: start services
if (Test-Step -Id 'mem-step4.5' -Title 'The configuration reaches the server' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Get-CsManagementStoreReplicationStatus -ReplicaFqdn 'edge02.contoso.com'
    Get-CsManagementStoreReplicationStatus -ReplicaFqdn 'edge02.contoso.com' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: UpToDate is True (within 15 min)?'
}

# Left out: Keep the AD computer account: the target is an Edge Server
# Left out: Clean server with the same FQDN: the target is an Edge Server
# Left out: Step 1: local configuration store: the target is an Edge Server
# Left out: Step 1: Install Local Configuration Store: roles gui was not chosen
# Left out: The OAuth certificate of the deployment is there: no Web Services
# Left out: Front End Server: tell the pool that its disks are new: no Enterprise Edition pool
# Left out: Kerberos account password: no Web Services; no Kerberos account
# Left out: Check the pool: no Enterprise Edition pool
Write-Host 'Afterwards: Run Get-CsManagementStoreReplicationStatus and Get-CsWindowsService once more after an hour.'
Write-Host 'Afterwards: Sign in a test user on the pool; for an Edge Server, from outside.'
Write-Host 'Afterwards: Take a fresh backup into a new set.'
