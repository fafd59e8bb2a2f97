# Re-create the witness (restore-witness)
# After: Deploying SQL mirroring for Back End Server high availability in Lync Server 2013
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
    '<ServerName of WitnessSqlFqdn>',
    '<ServerInstance of MirrorSqlFqdn>',
    '<MirrorSqlFqdn>',
    '<DatabaseName>',
    '<ServerInstance of PrimarySqlFqdn>',
    '<PrimarySqlFqdn>',
    '<DatabasePrimary>',
    '<DatabaseMirror>',
    '<WitnessSqlFqdn>',
    '<ServerInstance of WitnessSqlFqdn>',
    '<WitnessInstance>',
    '<ServerAccount>'
)
if ($values -match '^<.*>$') {
    throw ('Fill in first: {0}' -f (($values -match '^<.*>$') -join ', '))
}
# Decide first: What is lost? only the witness (both partners mirror) / the witness and the primary / the witness and the mirror
# Decide first: On which side are the databases in role PRINCIPAL at the moment? the primary of the topology / the mirror of the topology

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
    Write-Host 'Do not delete the computer account of <WitnessSqlFqdn> when Windows is installed again. Have the AD administrator check that the account exists, is enabled, and is still a member of its Lync (RTC) groups; reset it if needed.'
    [void] (Read-Host 'Press Enter when it is done')
    Get-ADComputer -Identity '<ServerName of WitnessSqlFqdn>' -Properties @('MemberOf') | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Enabled is True?'
}

# ---- Witness and one partner lost: free the survivor
# Only if What is lost? the witness and the primary
# Only if for each <DatabaseName> of mirrored databases
if (Test-Step -Id 'wi-partner-off.1' -Title 'End the database''s mirroring' -RunOn '<ServerInstance of MirrorSqlFqdn>' -Account 'sql-admin') {
    # Note: Nothing is sent where the database is out of mirroring already.
    Confirm-Harm -Harm 'ends the mirroring of <DatabaseName>; transactions the lost principal had not sent are lost' -Name '<MirrorSqlFqdn>'
    sqlcmd '-S' '<ServerInstance of MirrorSqlFqdn>' '-E' '-b' '-Q' 'USE [master];
IF EXISTS (SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL AND database_id = DB_ID(N''<DatabaseName>'')) ALTER DATABASE [<DatabaseName>] SET PARTNER OFF;'
    Assert-ExitCode -Low 0 -High 0
    sqlcmd '-S' '<ServerInstance of MirrorSqlFqdn>' '-E' '-b' '-Q' 'SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL ORDER BY database_id;' | Out-Host
    Confirm-Check -Question 'Verify: does it show no object: database_name is <DatabaseName>?'
    # To undo: none; the mirror is made anew later
}

# ---- Witness and one partner lost: free the survivor
# Only if What is lost? the witness and the primary
# Only if for each <DatabaseName> of mirrored databases
if (Test-Step -Id 'wi-partner-off.2' -Title 'Bring the database online' -RunOn '<ServerInstance of MirrorSqlFqdn>' -Account 'sql-admin') {
    # Note: Only a database that shows RESTORING
    # Note: because it was the mirror
    # Note: is recovered.
    sqlcmd '-S' '<ServerInstance of MirrorSqlFqdn>' '-E' '-b' '-Q' 'USE [master];
IF EXISTS (SELECT 1 FROM sys.databases WHERE name = N''<DatabaseName>'' AND state_desc = N''RESTORING'') RESTORE DATABASE [<DatabaseName>] WITH RECOVERY;'
    Assert-ExitCode -Low 0 -High 0
    sqlcmd '-S' '<ServerInstance of MirrorSqlFqdn>' '-E' '-b' '-Q' 'SELECT name, database_id, state_desc, recovery_model_desc, user_access_desc FROM sys.databases WHERE name = N''<DatabaseName>'';' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: state_desc is ONLINE?'
}

# ---- Witness and one partner lost: free the survivor
# Only if What is lost? the witness and the mirror
# Only if for each <DatabaseName> of mirrored databases
if (Test-Step -Id 'wi-partner-off.1' -Title 'End the database''s mirroring' -RunOn '<ServerInstance of PrimarySqlFqdn>' -Account 'sql-admin') {
    # Note: Nothing is sent where the database is out of mirroring already.
    Confirm-Harm -Harm 'ends the mirroring of <DatabaseName>; transactions the lost principal had not sent are lost' -Name '<PrimarySqlFqdn>'
    sqlcmd '-S' '<ServerInstance of PrimarySqlFqdn>' '-E' '-b' '-Q' 'USE [master];
IF EXISTS (SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL AND database_id = DB_ID(N''<DatabaseName>'')) ALTER DATABASE [<DatabaseName>] SET PARTNER OFF;'
    Assert-ExitCode -Low 0 -High 0
    sqlcmd '-S' '<ServerInstance of PrimarySqlFqdn>' '-E' '-b' '-Q' 'SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL ORDER BY database_id;' | Out-Host
    Confirm-Check -Question 'Verify: does it show no object: database_name is <DatabaseName>?'
    # To undo: none; the mirror is made anew later
}

# ---- Witness and one partner lost: free the survivor
# Only if What is lost? the witness and the mirror
# Only if for each <DatabaseName> of mirrored databases
if (Test-Step -Id 'wi-partner-off.2' -Title 'Bring the database online' -RunOn '<ServerInstance of PrimarySqlFqdn>' -Account 'sql-admin') {
    # Note: Only a database that shows RESTORING
    # Note: because it was the mirror
    # Note: is recovered.
    sqlcmd '-S' '<ServerInstance of PrimarySqlFqdn>' '-E' '-b' '-Q' 'USE [master];
IF EXISTS (SELECT 1 FROM sys.databases WHERE name = N''<DatabaseName>'' AND state_desc = N''RESTORING'') RESTORE DATABASE [<DatabaseName>] WITH RECOVERY;'
    Assert-ExitCode -Low 0 -High 0
    sqlcmd '-S' '<ServerInstance of PrimarySqlFqdn>' '-E' '-b' '-Q' 'SELECT name, database_id, state_desc, recovery_model_desc, user_access_desc FROM sys.databases WHERE name = N''<DatabaseName>'';' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: state_desc is ONLINE?'
}

# ---- Take the lost witness out of the sessions
# Only if What is lost? only the witness (both partners mirror)
# Only if On which side are the databases in role PRINCIPAL at the moment? the primary of the topology
# Only if for each <DatabaseName> of mirrored databases
if (Test-Step -Id 'wi-off' -Title 'Take the lost witness out of the sessions' -RunOn '<DatabasePrimary>' -Account 'sql-admin') {
    # Note: A lost witness alone stops nothing, but the next loss then stops the Back End.
    # Note: Do not run Uninstall-CsMirrorDatabase, which Topology Builder suggests; it ends the mirroring altogether.
    Confirm-Harm -Harm 'no automatic failover of <DatabaseName> until the witness is set again' -Name '<PrimarySqlFqdn>'
    sqlcmd '-S' '<DatabasePrimary>' '-E' '-b' '-Q' 'USE [master];
ALTER DATABASE [<DatabaseName>] SET WITNESS OFF;'
    Assert-ExitCode -Low 0 -High 0
    sqlcmd '-S' '<DatabasePrimary>' '-E' '-b' '-Q' 'SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL ORDER BY database_id;' | Out-Host
    Confirm-Check -Question 'Verify: does it show at least one object: database_name is <DatabaseName> and mirroring_state_desc is SYNCHRONIZED and mirroring_witness_name is empty?'
    # To undo: the step wi-set
}

# ---- Take the lost witness out of the sessions
# Only if What is lost? only the witness (both partners mirror)
# Only if On which side are the databases in role PRINCIPAL at the moment? the mirror of the topology
# Only if for each <DatabaseName> of mirrored databases
if (Test-Step -Id 'wi-off' -Title 'Take the lost witness out of the sessions' -RunOn '<DatabaseMirror>' -Account 'sql-admin') {
    # Note: A lost witness alone stops nothing, but the next loss then stops the Back End.
    # Note: Do not run Uninstall-CsMirrorDatabase, which Topology Builder suggests; it ends the mirroring altogether.
    Confirm-Harm -Harm 'no automatic failover of <DatabaseName> until the witness is set again' -Name '<MirrorSqlFqdn>'
    sqlcmd '-S' '<DatabaseMirror>' '-E' '-b' '-Q' 'USE [master];
ALTER DATABASE [<DatabaseName>] SET WITNESS OFF;'
    Assert-ExitCode -Low 0 -High 0
    sqlcmd '-S' '<DatabaseMirror>' '-E' '-b' '-Q' 'SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL ORDER BY database_id;' | Out-Host
    Confirm-Check -Question 'Verify: does it show at least one object: database_name is <DatabaseName> and mirroring_state_desc is SYNCHRONIZED and mirroring_witness_name is empty?'
    # To undo: the step wi-set
}

# ---- Rebuild the witness server
# Only if What is lost? only the witness (both partners mirror)
if (Test-Step -Id 'wi-bare.1' -Title 'Install Windows under the old name' -RunOn '<WitnessSqlFqdn>' -Account 'lync-admin') {
    Confirm-Harm -Harm 'the disks of the computer that becomes <WitnessSqlFqdn> are wiped' -Name '<WitnessSqlFqdn>'
    Write-Host 'Install Windows on the replacement computer with the name <WitnessSqlFqdn>: same computer name, same DNS suffix, same IP address and DNS record as before; join the domain with the existing computer account; install the patches; leave the Windows Firewall on.'
    [void] (Read-Host 'Press Enter when it is done')
    Get-CimInstance -ClassName 'Win32_ComputerSystem' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: DNSHostName is <ServerName of WitnessSqlFqdn> and PartOfDomain is True and Domain is <DnsDomain>?'
    # To undo: none; whatever is on the disks is gone
}

# ---- Rebuild the witness server
# Only if What is lost? only the witness (both partners mirror)
if (Test-Step -Id 'wi-bare.2' -Title 'The name and the DNS suffix are those of before' -RunOn '<WitnessSqlFqdn>' -Account 'lync-admin') {
    Get-ItemProperty -LiteralPath 'HKLM:\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters'
    Confirm-Check -Question 'Does the answer show every object: Hostname is <ServerName> and Domain is <ServerSuffix>?'
}

# ---- Rebuild the witness server
# Only if What is lost? only the witness (both partners mirror)
if (Test-Step -Id 'wi-bare.3' -Title 'Take an image' -RunOn '<WitnessSqlFqdn>' -Account 'lync-admin') {
    Write-Host 'Take an image of the system now, before anything is restored, and check that it can be read. It is the way back.'
    [void] (Read-Host 'Press Enter when it is done')
}

# ---- Rebuild the witness server
# Only if What is lost? only the witness (both partners mirror)
if (Test-Step -Id 'wi-bare.4' -Title 'Install SQL Server as it was' -RunOn '<WitnessSqlFqdn>' -Account 'lync-admin') {
    # Note: An instance under another name is not the one the topology knows (pitfall P21).
    Write-Host 'Install SQL Server on <WitnessSqlFqdn> by the organisation''s own procedure, as it was installed originally: the same version, edition and service pack as before, the instance <ServerInstance of WitnessSqlFqdn> under its old name, the same folders, service accounts, permissions and logins. Open its ports in the firewall (1433, UDP 1434, the instance''s own, and for mirroring 5022, on a witness 7022).'
    [void] (Read-Host 'Press Enter when it is done')
    Write-Host 'On <ServerInstance of WitnessSqlFqdn> as sql-admin run: sqlcmd ''-S'' ''<ServerInstance of WitnessSqlFqdn>'' ''-E'' ''-b'' ''-Q'' ''SELECT @@SERVERNAME AS server_name, @@VERSION AS version_text, CAST(SERVERPROPERTY(N''''ProductVersion'''') AS nvarchar(128)) AS product_version, CAST(SERVERPROPERTY(N''''ProductLevel'''') AS nvarchar(128)) AS product_level, CAST(SERVERPROPERTY(N''''Edition'''') AS nvarchar(128)) AS edition, CAST(SERVERPROPERTY(N''''MachineName'''') AS nvarchar(128)) AS machine_name, CAST(SERVERPROPERTY(N''''InstanceName'''') AS nvarchar(128)) AS instance_name, CAST(SERVERPROPERTY(N''''Collation'''') AS nvarchar(128)) AS collation, IS_SRVROLEMEMBER(N''''sysadmin'''') AS is_sysadmin;'''
    Confirm-Check -Question 'Verify: does it show every object: is_sysadmin is 1?'
    # To undo: uninstall the instance
}

# ---- Rebuild the witness server
# Only if What is lost? only the witness (both partners mirror)
# Only if the pool's SQL store is mirrored
if (Test-Step -Id 'wi-bare.5' -Title 'Version and edition are those of the partner' -RunOn '<ServerInstance of WitnessSqlFqdn>' -Account 'sql-admin') {
    Confirm-Check -Question 'Before: primary, mirror and witness run the same SQL Server?'
    sqlcmd '-S' '<ServerInstance of WitnessSqlFqdn>' '-E' '-b' '-Q' 'SELECT @@SERVERNAME AS server_name, @@VERSION AS version_text, CAST(SERVERPROPERTY(N''ProductVersion'') AS nvarchar(128)) AS product_version, CAST(SERVERPROPERTY(N''ProductLevel'') AS nvarchar(128)) AS product_level, CAST(SERVERPROPERTY(N''Edition'') AS nvarchar(128)) AS edition, CAST(SERVERPROPERTY(N''MachineName'') AS nvarchar(128)) AS machine_name, CAST(SERVERPROPERTY(N''InstanceName'') AS nvarchar(128)) AS instance_name, CAST(SERVERPROPERTY(N''Collation'') AS nvarchar(128)) AS collation, IS_SRVROLEMEMBER(N''sysadmin'') AS is_sysadmin;'
    Assert-ExitCode -Low 0 -High 0
    Confirm-Check -Question 'Does the answer show every object: is_sysadmin is 1?'
}

# ---- Endpoint for the witness
# Only if What is lost? only the witness (both partners mirror)
# Only if for each <ServerFqdn> of sql servers of pool
if (Test-Step -Id 'wi-endpoint' -Title 'Endpoint for the witness' -RunOn '<WitnessInstance>' -Account 'sql-admin') {
    # Note: The login is the account under which SQL Server runs on the partner; Network Service is the computer's account.
    # Note: Authentication and encryption must agree with the partners' endpoints; port 7022 must be reachable from both.
    # Note: Nothing is made where the instance has a mirroring endpoint already; then its own port counts.
    sqlcmd '-S' '<WitnessInstance>' '-E' '-b' '-Q' 'USE [master];
IF SUSER_ID(N''<ServerAccount>'') IS NULL CREATE LOGIN [<ServerAccount>] FROM WINDOWS;
IF NOT EXISTS (SELECT 1 FROM sys.database_mirroring_endpoints) CREATE ENDPOINT [mirroring_endpoint] STATE = STARTED AS TCP (LISTENER_PORT = 7022) FOR DATABASE_MIRRORING (ROLE = WITNESS);
GRANT CONNECT ON ENDPOINT::[mirroring_endpoint] TO [<ServerAccount>];'
    Assert-ExitCode -Low 0 -High 0
    sqlcmd '-S' '<WitnessInstance>' '-E' '-b' '-Q' 'SELECT name, state_desc, role_desc FROM sys.database_mirroring_endpoints;' | Out-Host
    Confirm-Check -Question 'Verify: does it show at least one object: state_desc is STARTED and role_desc is WITNESS?'
}

# ---- Put the witness back
# Only if What is lost? only the witness (both partners mirror)
# Only if On which side are the databases in role PRINCIPAL at the moment? the primary of the topology
# Only if for each <DatabaseName> of mirrored databases
if (Test-Step -Id 'wi-set' -Title 'Put the witness back' -RunOn '<DatabasePrimary>' -Account 'sql-admin') {
    sqlcmd '-S' '<DatabasePrimary>' '-E' '-b' '-Q' 'SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL ORDER BY database_id;' | Out-Host
    Confirm-Check -Question 'Before: both partners mirror: does it show at least one object: database_name is <DatabaseName> and mirroring_state_desc is SYNCHRONIZED?'
    sqlcmd '-S' '<DatabasePrimary>' '-E' '-b' '-Q' 'USE [master];
ALTER DATABASE [<DatabaseName>] SET WITNESS = N''TCP://<WitnessSqlFqdn>:7022'';'
    Assert-ExitCode -Low 0 -High 0
    sqlcmd '-S' '<DatabasePrimary>' '-E' '-b' '-Q' 'SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL ORDER BY database_id;' | Out-Host
    Confirm-Check -Question 'Verify: does it show at least one object: database_name is <DatabaseName> and mirroring_witness_state_desc is CONNECTED (within 2 min)?'
    # To undo: witness-off for the same database
}

# ---- Put the witness back
# Only if What is lost? only the witness (both partners mirror)
# Only if On which side are the databases in role PRINCIPAL at the moment? the mirror of the topology
# Only if for each <DatabaseName> of mirrored databases
if (Test-Step -Id 'wi-set' -Title 'Put the witness back' -RunOn '<DatabaseMirror>' -Account 'sql-admin') {
    sqlcmd '-S' '<DatabaseMirror>' '-E' '-b' '-Q' 'SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL ORDER BY database_id;' | Out-Host
    Confirm-Check -Question 'Before: both partners mirror: does it show at least one object: database_name is <DatabaseName> and mirroring_state_desc is SYNCHRONIZED?'
    sqlcmd '-S' '<DatabaseMirror>' '-E' '-b' '-Q' 'USE [master];
ALTER DATABASE [<DatabaseName>] SET WITNESS = N''TCP://<WitnessSqlFqdn>:7022'';'
    Assert-ExitCode -Low 0 -High 0
    sqlcmd '-S' '<DatabaseMirror>' '-E' '-b' '-Q' 'SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL ORDER BY database_id;' | Out-Host
    Confirm-Check -Question 'Verify: does it show at least one object: database_name is <DatabaseName> and mirroring_witness_state_desc is CONNECTED (within 2 min)?'
    # To undo: witness-off for the same database
}

Write-Host 'Afterwards: Where a partner was lost too, go on with restore-primary from mp-tb-unmirror (primary lost) or restore-mirror from mm-bare (mirror lost); with the CMS on a lost primary restore-cms from cms-rescue-export. Run this procedure again, for the witness alone, when both partners mirror again.'
Write-Host 'Afterwards: Look at Get-CsDatabaseMirrorState once more after an hour.'
