# Restore a Back End Server (restore-backend)
# Target: pool01.contoso.com. Backup set: 2026-11-22T013000Z_contoso. Plan: sha256:2a1495009a89e9d0260614c1eaf59290683ad87217aae9940b608f86fbbb29e9
# After: Restoring an Enterprise Edition Back End Server in Lync Server 2013
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

# ---- Prepare
if (Test-Step -Id 'prepare/prep-decide' -Title 'Decide what to restore' -RunOn 'pool01.contoso.com' -Account 'lync-admin') {
    # Note: Restore only when troubleshooting has failed; a restore costs downtime and everything since the backup.
    # Note: The person named in the plan decides. Have media, keys, certificates and the worksheets at hand before going on.
    Write-Host 'Decide: Decide what to restore (restore)'
    [void] (Read-Host 'Press Enter when it is done')
}

# ---- Prepare
if (Test-Step -Id 'prepare/prep-ad@sql01.contoso.com' -Title 'Keep the AD computer account' -RunOn 'dc01.contoso.com' -Account 'domain-admin') {
    # Note: Joining with the same name re-uses the account; deleting it loses the group memberships.
    # Note: Since October 2022 (KB5020276) only the account's creator or an allowed owner may join with it again.
    Write-Host 'Do not delete the computer account of sql01.contoso.com when Windows is installed again. Have the AD administrator check that the account exists, is enabled, and is still a member of its Lync (RTC) groups; reset it if needed.'
    [void] (Read-Host 'Press Enter when it is done')
    Get-ADComputer -Identity 'sql01' -Properties @('MemberOf') | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Enabled is True?'
}

# ---- Clean server with the same FQDN
if (Test-Step -Id 'be-bare.1@sql01.contoso.com' -Title 'Install Windows under the old name' -RunOn 'sql01.contoso.com' -Account 'lync-admin') {
    # Note: A Front End Server gets the same Windows version as the other Front End Servers of its pool.
    # Note: With a wrong name or suffix the Deployment Wizard uninstalls every role (pitfall P10).
    Confirm-Harm -Harm 'the disks of the computer that becomes sql01.contoso.com are wiped' -Name 'sql01.contoso.com'
    Write-Host 'Install Windows on the replacement computer with the name sql01.contoso.com: same computer name, same DNS suffix, same IP address and DNS record as before; join the domain with the existing computer account; install the patches and the Lync prerequisites; leave the Windows Firewall on.'
    [void] (Read-Host 'Press Enter when it is done')
    Get-CimInstance -ClassName 'Win32_ComputerSystem' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: DNSHostName is sql01 and PartOfDomain is True and Domain is contoso.com?'
    # To undo: none; whatever is on the disks is gone
}

# ---- Clean server with the same FQDN
if (Test-Step -Id 'be-bare.2@sql01.contoso.com' -Title 'The name and the DNS suffix are those of the topology' -RunOn 'sql01.contoso.com' -Account 'lync-admin') {
    # Note: Being in the right domain is not enough; the primary DNS suffix must be right as well.
    Get-ItemProperty -LiteralPath 'HKLM:\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters'
    Confirm-Check -Question 'Does the answer show every object: Hostname is sql01 and Domain is contoso.com?'
}

# ---- Clean server with the same FQDN
if (Test-Step -Id 'be-bare.3@sql01.contoso.com' -Title 'No trace of an earlier installation' -RunOn 'sql01.contoso.com' -Account 'lync-admin') {
    # Note: A restore never goes onto an existing server state.
    # An error with these words does not count: Cannot find any service
    try { Get-Service -Name @('RTC*', 'REPLICA', 'MASTER', 'FTA') } catch { Confirm-Check ('Error: {0}. Does it not count?' -f $_) }
    Confirm-Check -Question 'Does the answer show the number of objects is 0?'
}

# ---- Clean server with the same FQDN
if (Test-Step -Id 'be-bare.4@sql01.contoso.com' -Title 'Restore or re-enrol the certificates' -RunOn 'sql01.contoso.com' -Account 'lync-admin') {
    # Note: The OAuth certificate is one for the whole deployment and arrives by replication.
    Write-Host 'Put the server''s certificates with their private keys into the computer''s Personal store: import the saved ones with the Certificates MMC snap-in, or re-enrol with the internal CA. Do not request an OAuthTokenIssuer certificate.'
    [void] (Read-Host 'Press Enter when it is done')
    Get-ChildItem -Path 'Cert:\LocalMachine\My' | Out-Host
    Confirm-Check -Question 'Verify: does it show at least one object: HasPrivateKey is True and DnsNameList contains sql01.contoso.com?'
}

# ---- Clean server with the same FQDN
if (Test-Step -Id 'be-bare.5@sql01.contoso.com' -Title 'Take an image' -RunOn 'sql01.contoso.com' -Account 'lync-admin') {
    Write-Host 'Take an image of the system now, after Windows and certificates and before anything is restored, and check that it can be read. It is the way back.'
    [void] (Read-Host 'Press Enter when it is done')
}

# ---- Install SQL Server
if (Test-Step -Id 'be-sql.1@sql01.contoso.com' -Title 'Install SQL Server as it was' -RunOn 'sql01.contoso.com' -Account 'lync-admin') {
    # Note: An instance under another name is not the one the topology knows (pitfall P21).
    Write-Host 'Install SQL Server on sql01.contoso.com by the organisation''s own procedure, as it was installed originally: the same version, edition and service pack as before, the instance sql01.contoso.com\RTC under its old name, the same folders, service accounts, permissions and logins. Open its ports in the firewall (1433, UDP 1434, the instance''s own, and for mirroring 5022, on a witness 7022).'
    [void] (Read-Host 'Press Enter when it is done')
    Write-Host 'On sql01.contoso.com\RTC as sql-admin run: sqlcmd ''-S'' ''sql01.contoso.com\RTC'' ''-E'' ''-b'' ''-Q'' ''SELECT @@SERVERNAME AS server_name, @@VERSION AS version_text, CAST(SERVERPROPERTY(N''''ProductVersion'''') AS nvarchar(128)) AS product_version, CAST(SERVERPROPERTY(N''''ProductLevel'''') AS nvarchar(128)) AS product_level, CAST(SERVERPROPERTY(N''''Edition'''') AS nvarchar(128)) AS edition, CAST(SERVERPROPERTY(N''''MachineName'''') AS nvarchar(128)) AS machine_name, CAST(SERVERPROPERTY(N''''InstanceName'''') AS nvarchar(128)) AS instance_name, CAST(SERVERPROPERTY(N''''Collation'''') AS nvarchar(128)) AS collation, IS_SRVROLEMEMBER(N''''sysadmin'''') AS is_sysadmin;'''
    Confirm-Check -Question 'Verify: does it show every object: is_sysadmin is 1?'
    # To undo: uninstall the instance
}

# ---- Stop the pool before its Back End is created empty
if (Test-Step -Id 'be-fe-stop.1' -Title 'Copy the export to the importing server and check it' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Confirm-Check -Question 'Before: the session reaches the backup share?'
    robocopy '\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\UserData' 'C:\Restore\UserData' 'pool01.contoso.com.zip' '/COPY:DAT' '/R:2' '/W:5'
    Assert-ExitCode -Low 0 -High 7
    certutil '-hashfile' 'C:\Restore\UserData\pool01.contoso.com.zip' 'SHA256' | Out-Host
    Confirm-Check -Question 'Verify: does it show at least one object: the value contains 3455cc849dc7ec435a6856b761105f2a3d4a16269fb5c98a2a5dff8cc1b33d3f?'
}

# ---- Stop the pool before its Back End is created empty
if (Test-Step -Id 'be-fe-stop.2@fe01.contoso.com' -Title 'Stop the Lync services' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    # Note: Running Front End Servers should not meet an empty user store.
    Confirm-Check -Question 'Before: every cmdlet and parameter of the plan exists there?'
    Confirm-Harm -Harm 'stops Lync on fe01.contoso.com; the pool is without service until all of its servers are started again' -Name 'fe01.contoso.com'
    Stop-CsWindowsService -ComputerName 'fe01.contoso.com'
    Get-CsWindowsService -ComputerName 'fe01.contoso.com' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Status is Stopped (within 10 min)?'
    # To undo: Start-CsWindowsService -ComputerName fe01.contoso.com -NoWait, on every Front End Server
}

# ---- Stop the pool before its Back End is created empty
if (Test-Step -Id 'be-fe-stop.2@fe02.contoso.com' -Title 'Stop the Lync services' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    # Note: Running Front End Servers should not meet an empty user store.
    Confirm-Harm -Harm 'stops Lync on fe02.contoso.com; the pool is without service until all of its servers are started again' -Name 'fe02.contoso.com'
    Stop-CsWindowsService -ComputerName 'fe02.contoso.com'
    Get-CsWindowsService -ComputerName 'fe02.contoso.com' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Status is Stopped (within 10 min)?'
    # To undo: Start-CsWindowsService -ComputerName fe02.contoso.com -NoWait, on every Front End Server
}

# ---- Stop the pool before its Back End is created empty
if (Test-Step -Id 'be-fe-stop.2@fe03.contoso.com' -Title 'Stop the Lync services' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    # Note: Running Front End Servers should not meet an empty user store.
    Confirm-Harm -Harm 'stops Lync on fe03.contoso.com; the pool is without service until all of its servers are started again' -Name 'fe03.contoso.com'
    Stop-CsWindowsService -ComputerName 'fe03.contoso.com'
    Get-CsWindowsService -ComputerName 'fe03.contoso.com' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Status is Stopped (within 10 min)?'
    # To undo: Start-CsWindowsService -ComputerName fe03.contoso.com -NoWait, on every Front End Server
}

# ---- Recreate the databases
if (Test-Step -Id 'be-databases.1' -Title 'This machine is at the update level of the others' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    # Note: Databases come at the level of the machine whose shell or Topology Builder creates them.
    Get-ItemProperty -Path 'HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall\*'
    Confirm-Check -Question 'Does the answer show at least one object: DisplayName contains Server 2013, Core Components and DisplayVersion is 5.0.8308.887?'
}

# ---- Recreate the databases
if (Test-Step -Id 'be-databases.2' -Title 'Create the databases' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    # Note: Only stand-alone databases are shown on Create databases.
    Confirm-Check -Question 'Before: every SQL instance of the plan answers and lets us in?'
    Confirm-Check -Question 'Before: the instances are of a fitting version?'
    Confirm-Check -Question 'Before: the database servers have room?'
    Confirm-Check -Question 'Before: the model database has its original size?'
    Confirm-Check -Question 'Before: every instance has its old name?'
    Confirm-Check -Question 'Before: no transaction log is about to be full?'
    Confirm-Check -Question 'Before: no database is owned by RTCUniversalServerAdmins?'
    Confirm-Check -Question 'Before: the Front End Servers reach the Back End?'
    Confirm-Check -Question 'Before: every Lync service of the pool is stopped?'
    Write-Host 'On sql01.contoso.com\RTC as sql-admin run: sqlcmd ''-S'' ''sql01.contoso.com\RTC'' ''-E'' ''-b'' ''-Q'' ''SELECT @@SERVERNAME AS server_name, @@VERSION AS version_text, CAST(SERVERPROPERTY(N''''ProductVersion'''') AS nvarchar(128)) AS product_version, CAST(SERVERPROPERTY(N''''ProductLevel'''') AS nvarchar(128)) AS product_level, CAST(SERVERPROPERTY(N''''Edition'''') AS nvarchar(128)) AS edition, CAST(SERVERPROPERTY(N''''MachineName'''') AS nvarchar(128)) AS machine_name, CAST(SERVERPROPERTY(N''''InstanceName'''') AS nvarchar(128)) AS instance_name, CAST(SERVERPROPERTY(N''''Collation'''') AS nvarchar(128)) AS collation, IS_SRVROLEMEMBER(N''''sysadmin'''') AS is_sysadmin;'''
    Confirm-Check -Question 'Before: the instance answers: does it show every object: is_sysadmin is 1?'
    Confirm-Harm -Harm 'creates the databases of pool01.contoso.com on sql01.contoso.com; publishing changes topology ACLs' -Name 'sql01.contoso.com'
    Install-CsDatabase -ConfiguredDatabases -SqlServerFqdn 'sql01.contoso.com' -Confirm:$false -Verbose
    Test-CsDatabase -ConfiguredDatabases -SqlServerFqdn 'sql01.contoso.com' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Succeed is True?'
    # To undo: Uninstall-CsDatabase, while nothing is in them
}

# ---- Restore user data
if (Test-Step -Id 'be-userdata.1' -Title 'Copy the export to the importing server and check it' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    robocopy '\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\UserData' 'C:\Restore\UserData' 'pool01.contoso.com.zip' '/COPY:DAT' '/R:2' '/W:5'
    Assert-ExitCode -Low 0 -High 7
    certutil '-hashfile' 'C:\Restore\UserData\pool01.contoso.com.zip' 'SHA256' | Out-Host
    Confirm-Check -Question 'Verify: does it show at least one object: the value contains 3455cc849dc7ec435a6856b761105f2a3d4a16269fb5c98a2a5dff8cc1b33d3f?'
}

# ---- Restore user data
if (Test-Step -Id 'be-userdata.2@fe01.contoso.com' -Title 'Stop the Lync services' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    # Note: Running Front End Servers should not meet an empty user store.
    Confirm-Harm -Harm 'stops Lync on fe01.contoso.com; the pool is without service until all of its servers are started again' -Name 'fe01.contoso.com'
    Stop-CsWindowsService -ComputerName 'fe01.contoso.com'
    Get-CsWindowsService -ComputerName 'fe01.contoso.com' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Status is Stopped (within 10 min)?'
    # To undo: Start-CsWindowsService -ComputerName fe01.contoso.com -NoWait, on every Front End Server
}

# ---- Restore user data
if (Test-Step -Id 'be-userdata.2@fe02.contoso.com' -Title 'Stop the Lync services' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    # Note: Running Front End Servers should not meet an empty user store.
    Confirm-Harm -Harm 'stops Lync on fe02.contoso.com; the pool is without service until all of its servers are started again' -Name 'fe02.contoso.com'
    Stop-CsWindowsService -ComputerName 'fe02.contoso.com'
    Get-CsWindowsService -ComputerName 'fe02.contoso.com' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Status is Stopped (within 10 min)?'
    # To undo: Start-CsWindowsService -ComputerName fe02.contoso.com -NoWait, on every Front End Server
}

# ---- Restore user data
if (Test-Step -Id 'be-userdata.2@fe03.contoso.com' -Title 'Stop the Lync services' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    # Note: Running Front End Servers should not meet an empty user store.
    Confirm-Harm -Harm 'stops Lync on fe03.contoso.com; the pool is without service until all of its servers are started again' -Name 'fe03.contoso.com'
    Stop-CsWindowsService -ComputerName 'fe03.contoso.com'
    Get-CsWindowsService -ComputerName 'fe03.contoso.com' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Status is Stopped (within 10 min)?'
    # To undo: Start-CsWindowsService -ComputerName fe03.contoso.com -NoWait, on every Front End Server
}

# ---- Restore user data
if (Test-Step -Id 'be-userdata.3' -Title 'Import the user data' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    # Note: While one service of the pool still runs, the import says it succeeded and changes nothing (pitfall P41).
    # Note: Contacts whose unified contact store mode changed since the export may be corrupted (pitfall P42).
    Confirm-Check -Question 'Before: the pool is not served by its partner?'
    Confirm-Check -Question 'Before: every Lync service of the pool is stopped?'
    Confirm-Harm -Harm 'overwrites contacts and conferences of all users of pool01.contoso.com with those of the backup' -Name 'pool01.contoso.com'
    Import-CsUserData -PoolFqdn 'pool01.contoso.com' -FileName 'C:\Restore\UserData\pool01.contoso.com.zip'
    # To undo: none; import again from another set
}

# ---- Restore user data
if (Test-Step -Id 'be-userdata.4@fe01.contoso.com' -Title 'Start the Lync services, none waiting for another' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    # Note: A start that waits for the first server never ends; it waits for the quorum of its pool (pitfall P59).
    Start-CsWindowsService -ComputerName 'fe01.contoso.com' -NoWait
}

# ---- Restore user data
if (Test-Step -Id 'be-userdata.4@fe02.contoso.com' -Title 'Start the Lync services, none waiting for another' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    # Note: A start that waits for the first server never ends; it waits for the quorum of its pool (pitfall P59).
    Start-CsWindowsService -ComputerName 'fe02.contoso.com' -NoWait
}

# ---- Restore user data
if (Test-Step -Id 'be-userdata.4@fe03.contoso.com' -Title 'Start the Lync services, none waiting for another' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    # Note: A start that waits for the first server never ends; it waits for the quorum of its pool (pitfall P59).
    Start-CsWindowsService -ComputerName 'fe03.contoso.com' -NoWait
}

# ---- Restore user data
if (Test-Step -Id 'be-userdata.5@fe01.contoso.com' -Title 'Every service runs' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Get-CsWindowsService -ComputerName 'fe01.contoso.com'
    Get-CsWindowsService -ComputerName 'fe01.contoso.com' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Status is Running (within 60 min)?'
}

# ---- Restore user data
if (Test-Step -Id 'be-userdata.5@fe02.contoso.com' -Title 'Every service runs' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Get-CsWindowsService -ComputerName 'fe02.contoso.com'
    Get-CsWindowsService -ComputerName 'fe02.contoso.com' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Status is Running (within 60 min)?'
}

# ---- Restore user data
if (Test-Step -Id 'be-userdata.5@fe03.contoso.com' -Title 'Every service runs' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Get-CsWindowsService -ComputerName 'fe03.contoso.com'
    Get-CsWindowsService -ComputerName 'fe03.contoso.com' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Status is Running (within 60 min)?'
}

# ---- Restore user data
if (Test-Step -Id 'be-userdata.6' -Title 'The user store is online' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Get-CsUserDatabaseState -RegistrarPool 'pool01.contoso.com'
    Confirm-Check -Question 'Does the answer show every object: Online is True?'
}

# ---- Restore user data
if (Test-Step -Id 'be-userdata.7' -Title 'Every routing group has its servers' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Get-CsPoolFabricState -PoolFqdn 'pool01.contoso.com'
    Get-CsPoolFabricState -PoolFqdn 'pool01.contoso.com' | Out-Host
    Confirm-Check -Question 'Verify: does it show no object: HealthState is Warning; the number of objects is at least 1 (within 60 min)?'
}

# ---- Restore Response Group
if (Test-Step -Id 'restore-rgs/rgs-import.1' -Title 'Copy the export to the server and check it' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    robocopy '\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\Rgs' 'C:\Restore\Rgs' 'pool01.contoso.com.zip' '/COPY:DAT' '/R:2' '/W:5'
    Assert-ExitCode -Low 0 -High 7
    certutil '-hashfile' 'C:\Restore\Rgs\pool01.contoso.com.zip' 'SHA256' | Out-Host
    Confirm-Check -Question 'Verify: does it show at least one object: the value contains 91abe0029f04203210a54edd893081de6603f16406c5659a3b95213be90067bd?'
}

# ---- Restore Response Group
if (Test-Step -Id 'restore-rgs/rgs-import.2' -Title 'Import, taking ownership of the contact objects' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    # Note: Without -OverwriteOwner the import fails, because the contact objects already exist in AD (pitfall P44).
    Confirm-Check -Question 'Before: no Response Group name is taken?'
    Get-CsWindowsService | Out-Host
    Confirm-Check -Question 'Before: the services of the pool run: does it show every object: Status is Running?'
    Confirm-Harm -Harm 'writes the Response Groups of pool01.contoso.com and takes ownership of their contact objects in AD' -Name 'pool01.contoso.com'
    Import-CsRgsConfiguration -Destination 'service:ApplicationServer:pool01.contoso.com' -FileName 'C:\Restore\Rgs\pool01.contoso.com.zip' -OverwriteOwner -ReplaceExistingRgsSettings
    Get-CsRgsWorkflow -Identity 'service:ApplicationServer:pool01.contoso.com' -ShowAll | Out-Host
    Confirm-Check -Question 'Verify: does it show the number of objects is at least 1?'
    # To undo: none; import again from another set
}

# ---- Restore Response Group
if (Test-Step -Id 'restore-rgs/rgs-verify.1' -Title 'Workflows' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Get-CsRgsWorkflow -Identity 'service:ApplicationServer:pool01.contoso.com' -ShowAll
    Confirm-Check -Question 'Does the answer show the number of objects is at least 1?'
}

# ---- Restore Response Group
if (Test-Step -Id 'restore-rgs/rgs-verify.2' -Title 'Queues' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Get-CsRgsQueue -Identity 'service:ApplicationServer:pool01.contoso.com' -ShowAll
}

# ---- Restore Response Group
if (Test-Step -Id 'restore-rgs/rgs-verify.3' -Title 'Agent groups' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Get-CsRgsAgentGroup -Identity 'service:ApplicationServer:pool01.contoso.com' -ShowAll
}

# ---- Restore Response Group
if (Test-Step -Id 'restore-rgs/rgs-verify.4' -Title 'Business hours' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Get-CsRgsHoursOfBusiness -Identity 'service:ApplicationServer:pool01.contoso.com' -ShowAll
}

# ---- Restore Response Group
if (Test-Step -Id 'restore-rgs/rgs-verify.5' -Title 'Holiday sets' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Get-CsRgsHolidaySet -Identity 'service:ApplicationServer:pool01.contoso.com' -ShowAll
}

# Left out: Version and edition are those of the partner: not mirrored
# Left out: Restore the file store: the file store is elsewhere
# Left out: Set the file store's permissions: the file store is elsewhere
# Left out: Install the mirror databases, but those that are restored first: not mirrored; no database of this Back End comes back by a SQL restore
# Left out: Install the mirror databases: not mirrored
# Left out: Every database has its mirror again: not mirrored
# Left out: Start the pool: user store intact was not chosen
# Left out: Restore Archiving and Monitoring data: no archiving or monitoring data on the Back End Server
# Left out: Restore Persistent Chat: the Persistent Chat database is elsewhere
# Left out: Mirror these databases again: not mirrored; no database of this Back End comes back by a SQL restore
# Left out: Restart all Front End Servers: not mirrored; no database of this Back End comes back by a SQL restore
Write-Host 'Afterwards: Sign in a test user and look at the contact list.'
Write-Host 'Afterwards: Where no user data was imported, fail the pool back (pool-failback).'
Write-Host 'Afterwards: Where the databases are mirrored, back up their transaction logs regularly.'
Write-Host 'Afterwards: Take a fresh backup into a new set.'
