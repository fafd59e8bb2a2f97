# Restore the mirror of a mirrored Back End (restore-mirror)
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

# Replace each of these everywhere in this file (editor, Replace All); double any apostrophe.
$values = @(
    '<PoolFqdn>',
    '<DomainControllerFqdn>',
    '<ServerName of MirrorSqlFqdn>',
    '<FirstFrontEndFqdn>',
    '<PrimarySqlFqdn>',
    '<PrimaryInstance>',
    '<DatabaseType>',
    '<TypeInstance>',
    '<TypePoolFqdn>',
    '<MirrorSqlFqdn>',
    '<ServerInstance of MirrorSqlFqdn>',
    '<MirrorFileShare>',
    '<PartnerSqlFqdn>',
    '<FrontEndFqdn>'
)
if ($values -match '^<.*>$') {
    throw ('Fill in first: {0}' -f (($values -match '^<.*>$') -join ', '))
}
# Decide first: How are the mirror databases made? Install-CsMirrorDatabase / Topology Builder, Install Database

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
    Write-Host 'Do not delete the computer account of <MirrorSqlFqdn> when Windows is installed again. Have the AD administrator check that the account exists, is enabled, and is still a member of its Lync (RTC) groups; reset it if needed.'
    [void] (Read-Host 'Press Enter when it is done')
    Get-ADComputer -Identity '<ServerName of MirrorSqlFqdn>' -Properties @('MemberOf') | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Enabled is True?'
}

# ---- Remove mirroring
# Only if for each <DatabaseType> of mirrored database types
if (Test-Step -Id 'mm-uninstall' -Title 'Remove mirroring' -RunOn '<FirstFrontEndFqdn>' -Account 'lync-admin') {
    # Note: The cmdlet's name is printed with a blank in the documentation (C-02).
    # Note: The topology keeps saying that the pool is mirrored; publish nothing.
    Write-Host 'On <PrimaryInstance> as sql-admin run: sqlcmd ''-S'' ''<PrimaryInstance>'' ''-E'' ''-b'' ''-Q'' ''SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL ORDER BY database_id;'''
    Confirm-Check -Question 'Before: the primary is the principal (else fail over to it first): does it show no object: mirroring_role_desc is MIRROR?'
    Confirm-Harm -Harm 'ends the mirroring of the <DatabaseType> databases on <PrimarySqlFqdn>' -Name '<PrimarySqlFqdn>'
    Uninstall-CsMirrorDatabase -DatabaseType '<DatabaseType>' -SqlServerFqdn '<PrimarySqlFqdn>' -SqlInstanceName '<TypeInstance>' -Confirm:$false -Verbose
    Get-CsDatabaseMirrorState -PoolFqdn '<TypePoolFqdn>' -DatabaseType '<DatabaseType>' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: StateOnPrimary is DatabaseInaccessibleOrMirroringNotEnabled?'
    # To undo: none; the mirror is made anew in mm-install
}

# ---- Rebuild the mirror server
if (Test-Step -Id 'mm-bare.1' -Title 'Install Windows under the old name' -RunOn '<MirrorSqlFqdn>' -Account 'lync-admin') {
    # Note: A Front End Server gets the same Windows version as the other Front End Servers of its pool.
    # Note: With a wrong name or suffix the Deployment Wizard uninstalls every role (pitfall P10).
    Confirm-Harm -Harm 'the disks of the computer that becomes <MirrorSqlFqdn> are wiped' -Name '<MirrorSqlFqdn>'
    Write-Host 'Install Windows on the replacement computer with the name <MirrorSqlFqdn>: same computer name, same DNS suffix, same IP address and DNS record as before; join the domain with the existing computer account; install the patches and the Lync prerequisites; leave the Windows Firewall on.'
    [void] (Read-Host 'Press Enter when it is done')
    Get-CimInstance -ClassName 'Win32_ComputerSystem' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: DNSHostName is <ServerName of MirrorSqlFqdn> and PartOfDomain is True and Domain is <DnsDomain>?'
    # To undo: none; whatever is on the disks is gone
}

# ---- Rebuild the mirror server
if (Test-Step -Id 'mm-bare.2' -Title 'The name and the DNS suffix are those of the topology' -RunOn '<MirrorSqlFqdn>' -Account 'lync-admin') {
    # Note: Being in the right domain is not enough; the primary DNS suffix must be right as well.
    Get-ItemProperty -LiteralPath 'HKLM:\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters'
    Confirm-Check -Question 'Does the answer show every object: Hostname is <ServerName> and Domain is <ServerSuffix>?'
}

# ---- Rebuild the mirror server
if (Test-Step -Id 'mm-bare.3' -Title 'No trace of an earlier installation' -RunOn '<MirrorSqlFqdn>' -Account 'lync-admin') {
    # Note: A restore never goes onto an existing server state.
    # An error with these words does not count: Cannot find any service
    try { Get-Service -Name @('RTC*', 'REPLICA', 'MASTER', 'FTA') } catch { Confirm-Check ('Error: {0}. Does it not count?' -f $_) }
    Confirm-Check -Question 'Does the answer show the number of objects is 0?'
}

# ---- Rebuild the mirror server
if (Test-Step -Id 'mm-bare.4' -Title 'Restore or re-enrol the certificates' -RunOn '<MirrorSqlFqdn>' -Account 'lync-admin') {
    # Note: The OAuth certificate is one for the whole deployment and arrives by replication.
    Write-Host 'Put the server''s certificates with their private keys into the computer''s Personal store: import the saved ones with the Certificates MMC snap-in, or re-enrol with the internal CA. Do not request an OAuthTokenIssuer certificate.'
    [void] (Read-Host 'Press Enter when it is done')
    Get-ChildItem -Path 'Cert:\LocalMachine\My' | Out-Host
    Confirm-Check -Question 'Verify: does it show at least one object: HasPrivateKey is True and DnsNameList contains <MirrorSqlFqdn>?'
}

# ---- Rebuild the mirror server
if (Test-Step -Id 'mm-bare.5' -Title 'Take an image' -RunOn '<MirrorSqlFqdn>' -Account 'lync-admin') {
    Write-Host 'Take an image of the system now, after Windows and certificates and before anything is restored, and check that it can be read. It is the way back.'
    [void] (Read-Host 'Press Enter when it is done')
}

# ---- Install SQL Server
if (Test-Step -Id 'mm-sql.1' -Title 'Install SQL Server as it was' -RunOn '<MirrorSqlFqdn>' -Account 'lync-admin') {
    # Note: An instance under another name is not the one the topology knows (pitfall P21).
    Write-Host 'Install SQL Server on <MirrorSqlFqdn> by the organisation''s own procedure, as it was installed originally: the same version, edition and service pack as before, the instance <ServerInstance of MirrorSqlFqdn> under its old name, the same folders, service accounts, permissions and logins. Open its ports in the firewall (1433, UDP 1434, the instance''s own, and for mirroring 5022, on a witness 7022).'
    [void] (Read-Host 'Press Enter when it is done')
    Write-Host 'On <ServerInstance of MirrorSqlFqdn> as sql-admin run: sqlcmd ''-S'' ''<ServerInstance of MirrorSqlFqdn>'' ''-E'' ''-b'' ''-Q'' ''SELECT @@SERVERNAME AS server_name, @@VERSION AS version_text, CAST(SERVERPROPERTY(N''''ProductVersion'''') AS nvarchar(128)) AS product_version, CAST(SERVERPROPERTY(N''''ProductLevel'''') AS nvarchar(128)) AS product_level, CAST(SERVERPROPERTY(N''''Edition'''') AS nvarchar(128)) AS edition, CAST(SERVERPROPERTY(N''''MachineName'''') AS nvarchar(128)) AS machine_name, CAST(SERVERPROPERTY(N''''InstanceName'''') AS nvarchar(128)) AS instance_name, CAST(SERVERPROPERTY(N''''Collation'''') AS nvarchar(128)) AS collation, IS_SRVROLEMEMBER(N''''sysadmin'''') AS is_sysadmin;'''
    Confirm-Check -Question 'Verify: does it show every object: is_sysadmin is 1?'
    # To undo: uninstall the instance
}

# ---- Install SQL Server
# Only if the pool's SQL store is mirrored
if (Test-Step -Id 'mm-sql.2' -Title 'Version and edition are those of the partner' -RunOn '<ServerInstance of MirrorSqlFqdn>' -Account 'sql-admin') {
    Confirm-Check -Question 'Before: primary, mirror and witness run the same SQL Server?'
    sqlcmd '-S' '<ServerInstance of MirrorSqlFqdn>' '-E' '-b' '-Q' 'SELECT @@SERVERNAME AS server_name, @@VERSION AS version_text, CAST(SERVERPROPERTY(N''ProductVersion'') AS nvarchar(128)) AS product_version, CAST(SERVERPROPERTY(N''ProductLevel'') AS nvarchar(128)) AS product_level, CAST(SERVERPROPERTY(N''Edition'') AS nvarchar(128)) AS edition, CAST(SERVERPROPERTY(N''MachineName'') AS nvarchar(128)) AS machine_name, CAST(SERVERPROPERTY(N''InstanceName'') AS nvarchar(128)) AS instance_name, CAST(SERVERPROPERTY(N''Collation'') AS nvarchar(128)) AS collation, IS_SRVROLEMEMBER(N''sysadmin'') AS is_sysadmin;'
    Assert-ExitCode -Low 0 -High 0
    Confirm-Check -Question 'Does the answer show every object: is_sysadmin is 1?'
}

# ---- Install the mirror databases
# Only if the update level of the servers is recorded
if (Test-Step -Id 'mm-install.1' -Title 'This machine is at the update level of the others' -RunOn '<FirstFrontEndFqdn>' -Account 'lync-admin') {
    # Note: Databases come at the level of the machine whose shell or Topology Builder creates them.
    Get-ItemProperty -Path 'HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall\*'
    Confirm-Check -Question 'Does the answer show at least one object: DisplayName contains Server 2013, Core Components and DisplayVersion is <UpdateLevel>?'
}

# ---- Install the mirror databases
# Only if How are the mirror databases made? Install-CsMirrorDatabase
if (Test-Step -Id 'mm-install.2' -Title 'Install the mirror databases' -RunOn '<FirstFrontEndFqdn>' -Account 'lync-admin') {
    # Note: -DropExistingDatabasesOnMirror (part of Microsoft's example) is left out; it deletes databases on the mirror.
    # Note: The accounts of both SQL servers must be able to read and write the share; for Network Service DOMAIN\SERVER$.
    # Note: The question about each database is answered beforehand (-Confirm:$false stands for A, Yes to All).
    # Note: A witness that the topology names is set up together with the mirror.
    Confirm-Check -Question 'Before: primary, mirror and witness run the same SQL Server?'
    Test-Path -LiteralPath '<MirrorFileShare>' | Out-Host
    Confirm-Check -Question 'Before: the share for seeding the mirror is there: does it show every object: the value is True?'
    Confirm-Harm -Harm 'creates databases on the mirror <MirrorSqlFqdn>' -Name '<MirrorSqlFqdn>'
    Install-CsMirrorDatabase -ConfiguredDatabases -FileShare '<MirrorFileShare>' -SqlServerFqdn '<PartnerSqlFqdn>' -Confirm:$false -Verbose
    Get-CsDatabaseMirrorState -PoolFqdn '<PoolFqdn>' -DatabaseType 'User' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: StateOnPrimary is Principal and StateOnMirror is Mirror and MirroringStatusOnPrimary is synchronized (within 30 min)?'
    # To undo: Uninstall-CsMirrorDatabase once for each database type
}

# ---- Install the mirror databases
# Only if How are the mirror databases made? Topology Builder, Install Database
if (Test-Step -Id 'mm-install.2' -Title 'Install the mirror databases' -RunOn '<FirstFrontEndFqdn>' -Account 'lync-admin') {
    # Note: -DropExistingDatabasesOnMirror (part of Microsoft's example) is left out; it deletes databases on the mirror.
    # Note: The accounts of both SQL servers must be able to read and write the share; for Network Service DOMAIN\SERVER$.
    # Note: The question about each database is answered beforehand (-Confirm:$false stands for A, Yes to All).
    # Note: A witness that the topology names is set up together with the mirror.
    Confirm-Check -Question 'Before: primary, mirror and witness run the same SQL Server?'
    Test-Path -LiteralPath '<MirrorFileShare>' | Out-Host
    Confirm-Check -Question 'Before: the share for seeding the mirror is there: does it show every object: the value is True?'
    Confirm-Harm -Harm 'creates databases on the mirror <MirrorSqlFqdn>' -Name '<MirrorSqlFqdn>'
    Write-Host 'In Topology Builder choose Download Topology from existing deployment, OK, Save, Yes. Node Lync Server 2013, Topology, Install Database; page Create databases: select; page Create Mirror Database: select the databases of <PartnerSqlFqdn>, the share is <MirrorFileShare>; complete the wizard.'
    [void] (Read-Host 'Press Enter when it is done')
    Get-CsDatabaseMirrorState -PoolFqdn '<PoolFqdn>' -DatabaseType 'User' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: StateOnPrimary is Principal and StateOnMirror is Mirror and MirroringStatusOnPrimary is synchronized (within 30 min)?'
    # To undo: Uninstall-CsMirrorDatabase once for each database type
}

# ---- Install the mirror databases
# Only if for each <DatabaseType> of mirrored database types
if (Test-Step -Id 'mm-install.3' -Title 'Every database has its mirror again' -RunOn '<FirstFrontEndFqdn>' -Account 'lync-admin') {
    Get-CsDatabaseMirrorState -PoolFqdn '<TypePoolFqdn>' -DatabaseType '<DatabaseType>'
    Confirm-Check -Question 'Does the answer show every object: StateOnPrimary is Principal and StateOnMirror is Mirror and MirroringStatusOnPrimary is synchronized?'
}

# ---- Restart all Front End Servers
# Only if for each <FrontEndFqdn> of front ends of pool
if (Test-Step -Id 'mm-restart.1' -Title 'Stop the Lync services, gracefully' -RunOn '<FirstFrontEndFqdn>' -Account 'lync-admin') {
    Confirm-Check -Question 'Before: the configuration is replicated?'
    Confirm-Harm -Harm 'interrupts service on <FrontEndFqdn>; its users move to the other Front End Servers' -Name '<FrontEndFqdn>'
    Stop-CsWindowsService -ComputerName '<FrontEndFqdn>' -Graceful
    Get-CsWindowsService -ComputerName '<FrontEndFqdn>' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Status is Stopped (within 15 min)?'
    # To undo: Start-CsWindowsService -ComputerName <FrontEndFqdn>
}

# ---- Restart all Front End Servers
# Only if for each <FrontEndFqdn> of front ends of pool
if (Test-Step -Id 'mm-restart.2' -Title 'Start the Lync services' -RunOn '<FirstFrontEndFqdn>' -Account 'lync-admin') {
    Start-CsWindowsService -ComputerName '<FrontEndFqdn>'
    Get-CsWindowsService -ComputerName '<FrontEndFqdn>' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Status is Running (within 60 min)?'
}

# ---- Restart all Front End Servers
# Only if for each <FrontEndFqdn> of front ends of pool
if (Test-Step -Id 'mm-restart.3' -Title 'Every routing group has a primary and a secondary again' -RunOn '<FirstFrontEndFqdn>' -Account 'lync-admin') {
    # Note: The next server is restarted only then. A pool with a single Front End Server is restarted in a quiet hour.
    Get-CsPoolFabricState -PoolFqdn '<PoolFqdn>'
    Get-CsPoolFabricState -PoolFqdn '<PoolFqdn>' | Out-Host
    Confirm-Check -Question 'Verify: does it show no object: HealthState is Warning; the number of objects is at least 1 (within 60 min)?'
}

Write-Host 'Afterwards: Look at Get-CsDatabaseMirrorState once more after an hour.'
Write-Host 'Afterwards: Back up the transaction logs regularly; mirroring keeps every database in the recovery model FULL.'
Write-Host 'Afterwards: After a mirrored monitoring store was rebuilt add the partner to both data sources of the Monitoring Reports.'
