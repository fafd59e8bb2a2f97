# Restore the mirror of a mirrored Back End (restore-mirror)
# Target: pool01.contoso.com. Backup set: 2026-11-22T013000Z_contoso. Plan: sha256:381fa2ed9ae65944fcd4d472225277d21d9d1af36b94603698628c819b8d4044
# After: Restoring a mirrored Enterprise Edition Back End Server - mirror in Lync Server 2013
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
if (Test-Step -Id 'prepare/prep-ad' -Title 'Keep the AD computer account' -RunOn 'dc01.contoso.com' -Account 'domain-admin') {
    # Note: Joining with the same name re-uses the account; deleting it loses the group memberships.
    # Note: Since October 2022 (KB5020276) only the account's creator or an allowed owner may join with it again.
    Write-Host 'Do not delete the computer account of sql02.contoso.com when Windows is installed again. Have the AD administrator check that the account exists, is enabled, and is still a member of its Lync (RTC) groups; reset it if needed.'
    [void] (Read-Host 'Press Enter when it is done')
    Get-ADComputer -Identity 'sql02' -Properties @('MemberOf') | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Enabled is True?'
}

# ---- Remove mirroring
if (Test-Step -Id 'mm-uninstall@User' -Title 'Remove mirroring' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    # Note: The cmdlet's name is printed with a blank in the documentation (C-02).
    # Note: The topology keeps saying that the pool is mirrored; publish nothing.
    Confirm-Check -Question 'Before: every cmdlet and parameter of the plan exists there?'
    Write-Host 'On sql01.contoso.com\RTC as sql-admin run: sqlcmd ''-S'' ''sql01.contoso.com\RTC'' ''-E'' ''-b'' ''-Q'' ''SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL ORDER BY database_id;'''
    Confirm-Check -Question 'Before: the primary is the principal (else fail over to it first): does it show no object: mirroring_role_desc is MIRROR?'
    Confirm-Harm -Harm 'ends the mirroring of the User databases on sql01.contoso.com' -Name 'sql01.contoso.com'
    Uninstall-CsMirrorDatabase -DatabaseType 'User' -SqlServerFqdn 'sql01.contoso.com' -SqlInstanceName 'RTC' -Confirm:$false -Verbose
    Get-CsDatabaseMirrorState -PoolFqdn 'pool01.contoso.com' -DatabaseType 'User' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: StateOnPrimary is DatabaseInaccessibleOrMirroringNotEnabled?'
    # To undo: none; the mirror is made anew in mm-install
}

# ---- Remove mirroring
if (Test-Step -Id 'mm-uninstall@Application' -Title 'Remove mirroring' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    # Note: The cmdlet's name is printed with a blank in the documentation (C-02).
    # Note: The topology keeps saying that the pool is mirrored; publish nothing.
    Write-Host 'On sql01.contoso.com\RTC as sql-admin run: sqlcmd ''-S'' ''sql01.contoso.com\RTC'' ''-E'' ''-b'' ''-Q'' ''SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL ORDER BY database_id;'''
    Confirm-Check -Question 'Before: the primary is the principal (else fail over to it first): does it show no object: mirroring_role_desc is MIRROR?'
    Confirm-Harm -Harm 'ends the mirroring of the Application databases on sql01.contoso.com' -Name 'sql01.contoso.com'
    Uninstall-CsMirrorDatabase -DatabaseType 'Application' -SqlServerFqdn 'sql01.contoso.com' -SqlInstanceName 'RTC' -Confirm:$false -Verbose
    Get-CsDatabaseMirrorState -PoolFqdn 'pool01.contoso.com' -DatabaseType 'Application' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: StateOnPrimary is DatabaseInaccessibleOrMirroringNotEnabled?'
    # To undo: none; the mirror is made anew in mm-install
}

# ---- Remove mirroring
if (Test-Step -Id 'mm-uninstall@CentralMgmt' -Title 'Remove mirroring' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    # Note: The cmdlet's name is printed with a blank in the documentation (C-02).
    # Note: The topology keeps saying that the pool is mirrored; publish nothing.
    Write-Host 'On sql01.contoso.com\RTC as sql-admin run: sqlcmd ''-S'' ''sql01.contoso.com\RTC'' ''-E'' ''-b'' ''-Q'' ''SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL ORDER BY database_id;'''
    Confirm-Check -Question 'Before: the primary is the principal (else fail over to it first): does it show no object: mirroring_role_desc is MIRROR?'
    Confirm-Harm -Harm 'ends the mirroring of the CentralMgmt databases on sql01.contoso.com' -Name 'sql01.contoso.com'
    Uninstall-CsMirrorDatabase -DatabaseType 'CentralMgmt' -SqlServerFqdn 'sql01.contoso.com' -SqlInstanceName 'RTC' -Confirm:$false -Verbose
    Get-CsDatabaseMirrorState -PoolFqdn 'pool01.contoso.com' -DatabaseType 'CentralMgmt' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: StateOnPrimary is DatabaseInaccessibleOrMirroringNotEnabled?'
    # To undo: none; the mirror is made anew in mm-install
}

# ---- Rebuild the mirror server
if (Test-Step -Id 'mm-bare.1' -Title 'Install Windows under the old name' -RunOn 'sql02.contoso.com' -Account 'lync-admin') {
    # Note: A Front End Server gets the same Windows version as the other Front End Servers of its pool.
    # Note: With a wrong name or suffix the Deployment Wizard uninstalls every role (pitfall P10).
    Confirm-Harm -Harm 'the disks of the computer that becomes sql02.contoso.com are wiped' -Name 'sql02.contoso.com'
    Write-Host 'Install Windows on the replacement computer with the name sql02.contoso.com: same computer name, same DNS suffix, same IP address and DNS record as before; join the domain with the existing computer account; install the patches and the Lync prerequisites; leave the Windows Firewall on.'
    [void] (Read-Host 'Press Enter when it is done')
    Get-CimInstance -ClassName 'Win32_ComputerSystem' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: DNSHostName is sql02 and PartOfDomain is True and Domain is contoso.com?'
    # To undo: none; whatever is on the disks is gone
}

# ---- Rebuild the mirror server
if (Test-Step -Id 'mm-bare.2' -Title 'The name and the DNS suffix are those of the topology' -RunOn 'sql02.contoso.com' -Account 'lync-admin') {
    # Note: Being in the right domain is not enough; the primary DNS suffix must be right as well.
    Get-ItemProperty -LiteralPath 'HKLM:\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters'
    Confirm-Check -Question 'Does the answer show every object: Hostname is sql02 and Domain is contoso.com?'
}

# ---- Rebuild the mirror server
if (Test-Step -Id 'mm-bare.3' -Title 'No trace of an earlier installation' -RunOn 'sql02.contoso.com' -Account 'lync-admin') {
    # Note: A restore never goes onto an existing server state.
    # An error with these words does not count: Cannot find any service
    try { Get-Service -Name @('RTC*', 'REPLICA', 'MASTER', 'FTA') } catch { Confirm-Check ('Error: {0}. Does it not count?' -f $_) }
    Confirm-Check -Question 'Does the answer show the number of objects is 0?'
}

# ---- Rebuild the mirror server
if (Test-Step -Id 'mm-bare.4' -Title 'Restore or re-enrol the certificates' -RunOn 'sql02.contoso.com' -Account 'lync-admin') {
    # Note: The OAuth certificate is one for the whole deployment and arrives by replication.
    Write-Host 'Put the server''s certificates with their private keys into the computer''s Personal store: import the saved ones with the Certificates MMC snap-in, or re-enrol with the internal CA. Do not request an OAuthTokenIssuer certificate.'
    [void] (Read-Host 'Press Enter when it is done')
    Get-ChildItem -Path 'Cert:\LocalMachine\My' | Out-Host
    Confirm-Check -Question 'Verify: does it show at least one object: HasPrivateKey is True and DnsNameList contains sql02.contoso.com?'
}

# ---- Rebuild the mirror server
if (Test-Step -Id 'mm-bare.5' -Title 'Take an image' -RunOn 'sql02.contoso.com' -Account 'lync-admin') {
    Write-Host 'Take an image of the system now, after Windows and certificates and before anything is restored, and check that it can be read. It is the way back.'
    [void] (Read-Host 'Press Enter when it is done')
}

# ---- Install SQL Server
if (Test-Step -Id 'mm-sql.1' -Title 'Install SQL Server as it was' -RunOn 'sql02.contoso.com' -Account 'lync-admin') {
    # Note: An instance under another name is not the one the topology knows (pitfall P21).
    Write-Host 'Install SQL Server on sql02.contoso.com by the organisation''s own procedure, as it was installed originally: the same version, edition and service pack as before, the instance sql02.contoso.com\RTC under its old name, the same folders, service accounts, permissions and logins. Open its ports in the firewall (1433, UDP 1434, the instance''s own, and for mirroring 5022, on a witness 7022).'
    [void] (Read-Host 'Press Enter when it is done')
    Write-Host 'On sql02.contoso.com\RTC as sql-admin run: sqlcmd ''-S'' ''sql02.contoso.com\RTC'' ''-E'' ''-b'' ''-Q'' ''SELECT @@SERVERNAME AS server_name, @@VERSION AS version_text, CAST(SERVERPROPERTY(N''''ProductVersion'''') AS nvarchar(128)) AS product_version, CAST(SERVERPROPERTY(N''''ProductLevel'''') AS nvarchar(128)) AS product_level, CAST(SERVERPROPERTY(N''''Edition'''') AS nvarchar(128)) AS edition, CAST(SERVERPROPERTY(N''''MachineName'''') AS nvarchar(128)) AS machine_name, CAST(SERVERPROPERTY(N''''InstanceName'''') AS nvarchar(128)) AS instance_name, CAST(SERVERPROPERTY(N''''Collation'''') AS nvarchar(128)) AS collation, IS_SRVROLEMEMBER(N''''sysadmin'''') AS is_sysadmin;'''
    Confirm-Check -Question 'Verify: does it show every object: is_sysadmin is 1?'
    # To undo: uninstall the instance
}

# ---- Install SQL Server
if (Test-Step -Id 'mm-sql.2' -Title 'Version and edition are those of the partner' -RunOn 'sql02.contoso.com\RTC' -Account 'sql-admin') {
    Confirm-Check -Question 'Before: every SQL instance of the plan answers and lets us in?'
    Confirm-Check -Question 'Before: the instances are of a fitting version?'
    Confirm-Check -Question 'Before: the database servers have room?'
    Confirm-Check -Question 'Before: the model database has its original size?'
    Confirm-Check -Question 'Before: no transaction log is about to be full?'
    Confirm-Check -Question 'Before: mirroring endpoints are started?'
    Confirm-Check -Question 'Before: every instance has its old name?'
    Confirm-Check -Question 'Before: no database is owned by RTCUniversalServerAdmins?'
    Confirm-Check -Question 'Before: primary, mirror and witness run the same SQL Server?'
    sqlcmd '-S' 'sql02.contoso.com\RTC' '-E' '-b' '-Q' 'SELECT @@SERVERNAME AS server_name, @@VERSION AS version_text, CAST(SERVERPROPERTY(N''ProductVersion'') AS nvarchar(128)) AS product_version, CAST(SERVERPROPERTY(N''ProductLevel'') AS nvarchar(128)) AS product_level, CAST(SERVERPROPERTY(N''Edition'') AS nvarchar(128)) AS edition, CAST(SERVERPROPERTY(N''MachineName'') AS nvarchar(128)) AS machine_name, CAST(SERVERPROPERTY(N''InstanceName'') AS nvarchar(128)) AS instance_name, CAST(SERVERPROPERTY(N''Collation'') AS nvarchar(128)) AS collation, IS_SRVROLEMEMBER(N''sysadmin'') AS is_sysadmin;'
    Assert-ExitCode -Low 0 -High 0
    Confirm-Check -Question 'Does the answer show every object: is_sysadmin is 1?'
}

# ---- Install the mirror databases
if (Test-Step -Id 'mm-install.1' -Title 'This machine is at the update level of the others' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    # Note: Databases come at the level of the machine whose shell or Topology Builder creates them.
    Get-ItemProperty -Path 'HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall\*'
    Confirm-Check -Question 'Does the answer show at least one object: DisplayName contains Server 2013, Core Components and DisplayVersion is 5.0.8308.887?'
}

# ---- Install the mirror databases
if (Test-Step -Id 'mm-install.2' -Title 'Install the mirror databases' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    # Note: -DropExistingDatabasesOnMirror (part of Microsoft's example) is left out; it deletes databases on the mirror.
    # Note: The accounts of both SQL servers must be able to read and write the share; for Network Service DOMAIN\SERVER$.
    # Note: The question about each database is answered beforehand (-Confirm:$false stands for A, Yes to All).
    # Note: A witness that the topology names is set up together with the mirror.
    Confirm-Check -Question 'Before: primary, mirror and witness run the same SQL Server?'
    Test-Path -LiteralPath '\\fs01.contoso.com\MirrorShare' | Out-Host
    Confirm-Check -Question 'Before: the share for seeding the mirror is there: does it show every object: the value is True?'
    Confirm-Harm -Harm 'creates databases on the mirror sql02.contoso.com' -Name 'sql02.contoso.com'
    Install-CsMirrorDatabase -ConfiguredDatabases -FileShare '\\fs01.contoso.com\MirrorShare' -SqlServerFqdn 'sql01.contoso.com' -Confirm:$false -Verbose
    Get-CsDatabaseMirrorState -PoolFqdn 'pool01.contoso.com' -DatabaseType 'User' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: StateOnPrimary is Principal and StateOnMirror is Mirror and MirroringStatusOnPrimary is synchronized (within 30 min)?'
    # To undo: Uninstall-CsMirrorDatabase once for each database type
}

# ---- Install the mirror databases
if (Test-Step -Id 'mm-install.3@User' -Title 'Every database has its mirror again' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Get-CsDatabaseMirrorState -PoolFqdn 'pool01.contoso.com' -DatabaseType 'User'
    Confirm-Check -Question 'Does the answer show every object: StateOnPrimary is Principal and StateOnMirror is Mirror and MirroringStatusOnPrimary is synchronized?'
}

# ---- Install the mirror databases
if (Test-Step -Id 'mm-install.3@Application' -Title 'Every database has its mirror again' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Get-CsDatabaseMirrorState -PoolFqdn 'pool01.contoso.com' -DatabaseType 'Application'
    Confirm-Check -Question 'Does the answer show every object: StateOnPrimary is Principal and StateOnMirror is Mirror and MirroringStatusOnPrimary is synchronized?'
}

# ---- Install the mirror databases
if (Test-Step -Id 'mm-install.3@CentralMgmt' -Title 'Every database has its mirror again' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Get-CsDatabaseMirrorState -PoolFqdn 'pool01.contoso.com' -DatabaseType 'CentralMgmt'
    Confirm-Check -Question 'Does the answer show every object: StateOnPrimary is Principal and StateOnMirror is Mirror and MirroringStatusOnPrimary is synchronized?'
}

# ---- Restart all Front End Servers
if (Test-Step -Id 'mm-restart.1@fe01.contoso.com' -Title 'Stop the Lync services, gracefully' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Confirm-Check -Question 'Before: the configuration is replicated?'
    Confirm-Harm -Harm 'interrupts service on fe01.contoso.com; its users move to the other Front End Servers' -Name 'fe01.contoso.com'
    Stop-CsWindowsService -ComputerName 'fe01.contoso.com' -Graceful
    Get-CsWindowsService -ComputerName 'fe01.contoso.com' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Status is Stopped (within 15 min)?'
    # To undo: Start-CsWindowsService -ComputerName fe01.contoso.com
}

# ---- Restart all Front End Servers
if (Test-Step -Id 'mm-restart.2@fe01.contoso.com' -Title 'Start the Lync services' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Start-CsWindowsService -ComputerName 'fe01.contoso.com'
    Get-CsWindowsService -ComputerName 'fe01.contoso.com' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Status is Running (within 60 min)?'
}

# ---- Restart all Front End Servers
if (Test-Step -Id 'mm-restart.3@fe01.contoso.com' -Title 'Every routing group has a primary and a secondary again' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    # Note: The next server is restarted only then. A pool with a single Front End Server is restarted in a quiet hour.
    Get-CsPoolFabricState -PoolFqdn 'pool01.contoso.com'
    Get-CsPoolFabricState -PoolFqdn 'pool01.contoso.com' | Out-Host
    Confirm-Check -Question 'Verify: does it show no object: HealthState is Warning; the number of objects is at least 1 (within 60 min)?'
}

# ---- Restart all Front End Servers
if (Test-Step -Id 'mm-restart.1@fe02.contoso.com' -Title 'Stop the Lync services, gracefully' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Confirm-Check -Question 'Before: the configuration is replicated?'
    Confirm-Harm -Harm 'interrupts service on fe02.contoso.com; its users move to the other Front End Servers' -Name 'fe02.contoso.com'
    Stop-CsWindowsService -ComputerName 'fe02.contoso.com' -Graceful
    Get-CsWindowsService -ComputerName 'fe02.contoso.com' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Status is Stopped (within 15 min)?'
    # To undo: Start-CsWindowsService -ComputerName fe02.contoso.com
}

# ---- Restart all Front End Servers
if (Test-Step -Id 'mm-restart.2@fe02.contoso.com' -Title 'Start the Lync services' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Start-CsWindowsService -ComputerName 'fe02.contoso.com'
    Get-CsWindowsService -ComputerName 'fe02.contoso.com' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Status is Running (within 60 min)?'
}

# ---- Restart all Front End Servers
if (Test-Step -Id 'mm-restart.3@fe02.contoso.com' -Title 'Every routing group has a primary and a secondary again' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    # Note: The next server is restarted only then. A pool with a single Front End Server is restarted in a quiet hour.
    Get-CsPoolFabricState -PoolFqdn 'pool01.contoso.com'
    Get-CsPoolFabricState -PoolFqdn 'pool01.contoso.com' | Out-Host
    Confirm-Check -Question 'Verify: does it show no object: HealthState is Warning; the number of objects is at least 1 (within 60 min)?'
}

# ---- Restart all Front End Servers
if (Test-Step -Id 'mm-restart.1@fe03.contoso.com' -Title 'Stop the Lync services, gracefully' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Confirm-Check -Question 'Before: the configuration is replicated?'
    Confirm-Harm -Harm 'interrupts service on fe03.contoso.com; its users move to the other Front End Servers' -Name 'fe03.contoso.com'
    Stop-CsWindowsService -ComputerName 'fe03.contoso.com' -Graceful
    Get-CsWindowsService -ComputerName 'fe03.contoso.com' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Status is Stopped (within 15 min)?'
    # To undo: Start-CsWindowsService -ComputerName fe03.contoso.com
}

# ---- Restart all Front End Servers
if (Test-Step -Id 'mm-restart.2@fe03.contoso.com' -Title 'Start the Lync services' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Start-CsWindowsService -ComputerName 'fe03.contoso.com'
    Get-CsWindowsService -ComputerName 'fe03.contoso.com' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Status is Running (within 60 min)?'
}

# ---- Restart all Front End Servers
if (Test-Step -Id 'mm-restart.3@fe03.contoso.com' -Title 'Every routing group has a primary and a secondary again' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    # Note: The next server is restarted only then. A pool with a single Front End Server is restarted in a quiet hour.
    Get-CsPoolFabricState -PoolFqdn 'pool01.contoso.com'
    Get-CsPoolFabricState -PoolFqdn 'pool01.contoso.com' | Out-Host
    Confirm-Check -Question 'Verify: does it show no object: HealthState is Warning; the number of objects is at least 1 (within 60 min)?'
}

Write-Host 'Afterwards: Look at Get-CsDatabaseMirrorState once more after an hour.'
Write-Host 'Afterwards: Back up the transaction logs regularly; mirroring keeps every database in the recovery model FULL.'
Write-Host 'Afterwards: After a mirrored monitoring store was rebuilt add the partner to both data sources of the Monitoring Reports.'
