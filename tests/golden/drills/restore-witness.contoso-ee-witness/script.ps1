# Re-create the witness (restore-witness)
# Target: pool01.contoso.com. Backup set: 2026-11-22T013000Z_contoso. Plan: sha256:95c794bc0da66963654751604230bbe58970976a7b2c2cdee886ac3f7a1b2a21
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
    Write-Host 'Do not delete the computer account of sql03.contoso.com when Windows is installed again. Have the AD administrator check that the account exists, is enabled, and is still a member of its Lync (RTC) groups; reset it if needed.'
    [void] (Read-Host 'Press Enter when it is done')
    Get-ADComputer -Identity 'sql03' -Properties @('MemberOf') | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Enabled is True?'
}

# ---- Take the lost witness out of the sessions
if (Test-Step -Id 'wi-off@rtcab' -Title 'Take the lost witness out of the sessions' -RunOn 'sql01.contoso.com\RTC' -Account 'sql-admin') {
    # Note: A lost witness alone stops nothing, but the next loss then stops the Back End.
    # Note: Do not run Uninstall-CsMirrorDatabase, which Topology Builder suggests; it ends the mirroring altogether.
    Confirm-Harm -Harm 'no automatic failover of rtcab until the witness is set again' -Name 'sql01.contoso.com'
    sqlcmd '-S' 'sql01.contoso.com\RTC' '-E' '-b' '-Q' 'USE [master];
ALTER DATABASE [rtcab] SET WITNESS OFF;'
    Assert-ExitCode -Low 0 -High 0
    sqlcmd '-S' 'sql01.contoso.com\RTC' '-E' '-b' '-Q' 'SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL ORDER BY database_id;' | Out-Host
    Confirm-Check -Question 'Verify: does it show at least one object: database_name is rtcab and mirroring_state_desc is SYNCHRONIZED and mirroring_witness_name is empty?'
    # To undo: the step wi-set
}

# ---- Take the lost witness out of the sessions
if (Test-Step -Id 'wi-off@rtcshared' -Title 'Take the lost witness out of the sessions' -RunOn 'sql01.contoso.com\RTC' -Account 'sql-admin') {
    # Note: A lost witness alone stops nothing, but the next loss then stops the Back End.
    # Note: Do not run Uninstall-CsMirrorDatabase, which Topology Builder suggests; it ends the mirroring altogether.
    Confirm-Harm -Harm 'no automatic failover of rtcshared until the witness is set again' -Name 'sql01.contoso.com'
    sqlcmd '-S' 'sql01.contoso.com\RTC' '-E' '-b' '-Q' 'USE [master];
ALTER DATABASE [rtcshared] SET WITNESS OFF;'
    Assert-ExitCode -Low 0 -High 0
    sqlcmd '-S' 'sql01.contoso.com\RTC' '-E' '-b' '-Q' 'SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL ORDER BY database_id;' | Out-Host
    Confirm-Check -Question 'Verify: does it show at least one object: database_name is rtcshared and mirroring_state_desc is SYNCHRONIZED and mirroring_witness_name is empty?'
    # To undo: the step wi-set
}

# ---- Take the lost witness out of the sessions
if (Test-Step -Id 'wi-off@rtcxds' -Title 'Take the lost witness out of the sessions' -RunOn 'sql01.contoso.com\RTC' -Account 'sql-admin') {
    # Note: A lost witness alone stops nothing, but the next loss then stops the Back End.
    # Note: Do not run Uninstall-CsMirrorDatabase, which Topology Builder suggests; it ends the mirroring altogether.
    Confirm-Harm -Harm 'no automatic failover of rtcxds until the witness is set again' -Name 'sql01.contoso.com'
    sqlcmd '-S' 'sql01.contoso.com\RTC' '-E' '-b' '-Q' 'USE [master];
ALTER DATABASE [rtcxds] SET WITNESS OFF;'
    Assert-ExitCode -Low 0 -High 0
    sqlcmd '-S' 'sql01.contoso.com\RTC' '-E' '-b' '-Q' 'SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL ORDER BY database_id;' | Out-Host
    Confirm-Check -Question 'Verify: does it show at least one object: database_name is rtcxds and mirroring_state_desc is SYNCHRONIZED and mirroring_witness_name is empty?'
    # To undo: the step wi-set
}

# ---- Take the lost witness out of the sessions
if (Test-Step -Id 'wi-off@rgsconfig' -Title 'Take the lost witness out of the sessions' -RunOn 'sql01.contoso.com\RTC' -Account 'sql-admin') {
    # Note: A lost witness alone stops nothing, but the next loss then stops the Back End.
    # Note: Do not run Uninstall-CsMirrorDatabase, which Topology Builder suggests; it ends the mirroring altogether.
    Confirm-Harm -Harm 'no automatic failover of rgsconfig until the witness is set again' -Name 'sql01.contoso.com'
    sqlcmd '-S' 'sql01.contoso.com\RTC' '-E' '-b' '-Q' 'USE [master];
ALTER DATABASE [rgsconfig] SET WITNESS OFF;'
    Assert-ExitCode -Low 0 -High 0
    sqlcmd '-S' 'sql01.contoso.com\RTC' '-E' '-b' '-Q' 'SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL ORDER BY database_id;' | Out-Host
    Confirm-Check -Question 'Verify: does it show at least one object: database_name is rgsconfig and mirroring_state_desc is SYNCHRONIZED and mirroring_witness_name is empty?'
    # To undo: the step wi-set
}

# ---- Take the lost witness out of the sessions
if (Test-Step -Id 'wi-off@rgsdyn' -Title 'Take the lost witness out of the sessions' -RunOn 'sql01.contoso.com\RTC' -Account 'sql-admin') {
    # Note: A lost witness alone stops nothing, but the next loss then stops the Back End.
    # Note: Do not run Uninstall-CsMirrorDatabase, which Topology Builder suggests; it ends the mirroring altogether.
    Confirm-Harm -Harm 'no automatic failover of rgsdyn until the witness is set again' -Name 'sql01.contoso.com'
    sqlcmd '-S' 'sql01.contoso.com\RTC' '-E' '-b' '-Q' 'USE [master];
ALTER DATABASE [rgsdyn] SET WITNESS OFF;'
    Assert-ExitCode -Low 0 -High 0
    sqlcmd '-S' 'sql01.contoso.com\RTC' '-E' '-b' '-Q' 'SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL ORDER BY database_id;' | Out-Host
    Confirm-Check -Question 'Verify: does it show at least one object: database_name is rgsdyn and mirroring_state_desc is SYNCHRONIZED and mirroring_witness_name is empty?'
    # To undo: the step wi-set
}

# ---- Take the lost witness out of the sessions
if (Test-Step -Id 'wi-off@cpsdyn' -Title 'Take the lost witness out of the sessions' -RunOn 'sql01.contoso.com\RTC' -Account 'sql-admin') {
    # Note: A lost witness alone stops nothing, but the next loss then stops the Back End.
    # Note: Do not run Uninstall-CsMirrorDatabase, which Topology Builder suggests; it ends the mirroring altogether.
    Confirm-Harm -Harm 'no automatic failover of cpsdyn until the witness is set again' -Name 'sql01.contoso.com'
    sqlcmd '-S' 'sql01.contoso.com\RTC' '-E' '-b' '-Q' 'USE [master];
ALTER DATABASE [cpsdyn] SET WITNESS OFF;'
    Assert-ExitCode -Low 0 -High 0
    sqlcmd '-S' 'sql01.contoso.com\RTC' '-E' '-b' '-Q' 'SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL ORDER BY database_id;' | Out-Host
    Confirm-Check -Question 'Verify: does it show at least one object: database_name is cpsdyn and mirroring_state_desc is SYNCHRONIZED and mirroring_witness_name is empty?'
    # To undo: the step wi-set
}

# ---- Take the lost witness out of the sessions
if (Test-Step -Id 'wi-off@xds' -Title 'Take the lost witness out of the sessions' -RunOn 'sql01.contoso.com\RTC' -Account 'sql-admin') {
    # Note: A lost witness alone stops nothing, but the next loss then stops the Back End.
    # Note: Do not run Uninstall-CsMirrorDatabase, which Topology Builder suggests; it ends the mirroring altogether.
    Confirm-Harm -Harm 'no automatic failover of xds until the witness is set again' -Name 'sql01.contoso.com'
    sqlcmd '-S' 'sql01.contoso.com\RTC' '-E' '-b' '-Q' 'USE [master];
ALTER DATABASE [xds] SET WITNESS OFF;'
    Assert-ExitCode -Low 0 -High 0
    sqlcmd '-S' 'sql01.contoso.com\RTC' '-E' '-b' '-Q' 'SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL ORDER BY database_id;' | Out-Host
    Confirm-Check -Question 'Verify: does it show at least one object: database_name is xds and mirroring_state_desc is SYNCHRONIZED and mirroring_witness_name is empty?'
    # To undo: the step wi-set
}

# ---- Take the lost witness out of the sessions
if (Test-Step -Id 'wi-off@lis' -Title 'Take the lost witness out of the sessions' -RunOn 'sql01.contoso.com\RTC' -Account 'sql-admin') {
    # Note: A lost witness alone stops nothing, but the next loss then stops the Back End.
    # Note: Do not run Uninstall-CsMirrorDatabase, which Topology Builder suggests; it ends the mirroring altogether.
    Confirm-Harm -Harm 'no automatic failover of lis until the witness is set again' -Name 'sql01.contoso.com'
    sqlcmd '-S' 'sql01.contoso.com\RTC' '-E' '-b' '-Q' 'USE [master];
ALTER DATABASE [lis] SET WITNESS OFF;'
    Assert-ExitCode -Low 0 -High 0
    sqlcmd '-S' 'sql01.contoso.com\RTC' '-E' '-b' '-Q' 'SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL ORDER BY database_id;' | Out-Host
    Confirm-Check -Question 'Verify: does it show at least one object: database_name is lis and mirroring_state_desc is SYNCHRONIZED and mirroring_witness_name is empty?'
    # To undo: the step wi-set
}

# ---- Rebuild the witness server
if (Test-Step -Id 'wi-bare.1' -Title 'Install Windows under the old name' -RunOn 'sql03.contoso.com' -Account 'lync-admin') {
    Confirm-Harm -Harm 'the disks of the computer that becomes sql03.contoso.com are wiped' -Name 'sql03.contoso.com'
    Write-Host 'Install Windows on the replacement computer with the name sql03.contoso.com: same computer name, same DNS suffix, same IP address and DNS record as before; join the domain with the existing computer account; install the patches; leave the Windows Firewall on.'
    [void] (Read-Host 'Press Enter when it is done')
    Get-CimInstance -ClassName 'Win32_ComputerSystem' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: DNSHostName is sql03 and PartOfDomain is True and Domain is contoso.com?'
    # To undo: none; whatever is on the disks is gone
}

# ---- Rebuild the witness server
if (Test-Step -Id 'wi-bare.2' -Title 'The name and the DNS suffix are those of before' -RunOn 'sql03.contoso.com' -Account 'lync-admin') {
    Get-ItemProperty -LiteralPath 'HKLM:\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters'
    Confirm-Check -Question 'Does the answer show every object: Hostname is sql03 and Domain is contoso.com?'
}

# ---- Rebuild the witness server
if (Test-Step -Id 'wi-bare.3' -Title 'Take an image' -RunOn 'sql03.contoso.com' -Account 'lync-admin') {
    Write-Host 'Take an image of the system now, before anything is restored, and check that it can be read. It is the way back.'
    [void] (Read-Host 'Press Enter when it is done')
}

# ---- Rebuild the witness server
if (Test-Step -Id 'wi-bare.4' -Title 'Install SQL Server as it was' -RunOn 'sql03.contoso.com' -Account 'lync-admin') {
    # Note: An instance under another name is not the one the topology knows (pitfall P21).
    Write-Host 'Install SQL Server on sql03.contoso.com by the organisation''s own procedure, as it was installed originally: the same version, edition and service pack as before, the instance sql03.contoso.com\RTC under its old name, the same folders, service accounts, permissions and logins. Open its ports in the firewall (1433, UDP 1434, the instance''s own, and for mirroring 5022, on a witness 7022).'
    [void] (Read-Host 'Press Enter when it is done')
    Write-Host 'On sql03.contoso.com\RTC as sql-admin run: sqlcmd ''-S'' ''sql03.contoso.com\RTC'' ''-E'' ''-b'' ''-Q'' ''SELECT @@SERVERNAME AS server_name, @@VERSION AS version_text, CAST(SERVERPROPERTY(N''''ProductVersion'''') AS nvarchar(128)) AS product_version, CAST(SERVERPROPERTY(N''''ProductLevel'''') AS nvarchar(128)) AS product_level, CAST(SERVERPROPERTY(N''''Edition'''') AS nvarchar(128)) AS edition, CAST(SERVERPROPERTY(N''''MachineName'''') AS nvarchar(128)) AS machine_name, CAST(SERVERPROPERTY(N''''InstanceName'''') AS nvarchar(128)) AS instance_name, CAST(SERVERPROPERTY(N''''Collation'''') AS nvarchar(128)) AS collation, IS_SRVROLEMEMBER(N''''sysadmin'''') AS is_sysadmin;'''
    Confirm-Check -Question 'Verify: does it show every object: is_sysadmin is 1?'
    # To undo: uninstall the instance
}

# ---- Rebuild the witness server
if (Test-Step -Id 'wi-bare.5' -Title 'Version and edition are those of the partner' -RunOn 'sql03.contoso.com\RTC' -Account 'sql-admin') {
    Confirm-Check -Question 'Before: primary, mirror and witness run the same SQL Server?'
    sqlcmd '-S' 'sql03.contoso.com\RTC' '-E' '-b' '-Q' 'SELECT @@SERVERNAME AS server_name, @@VERSION AS version_text, CAST(SERVERPROPERTY(N''ProductVersion'') AS nvarchar(128)) AS product_version, CAST(SERVERPROPERTY(N''ProductLevel'') AS nvarchar(128)) AS product_level, CAST(SERVERPROPERTY(N''Edition'') AS nvarchar(128)) AS edition, CAST(SERVERPROPERTY(N''MachineName'') AS nvarchar(128)) AS machine_name, CAST(SERVERPROPERTY(N''InstanceName'') AS nvarchar(128)) AS instance_name, CAST(SERVERPROPERTY(N''Collation'') AS nvarchar(128)) AS collation, IS_SRVROLEMEMBER(N''sysadmin'') AS is_sysadmin;'
    Assert-ExitCode -Low 0 -High 0
    Confirm-Check -Question 'Does the answer show every object: is_sysadmin is 1?'
}

# ---- Endpoint for the witness
if (Test-Step -Id 'wi-endpoint@sql01.contoso.com' -Title 'Endpoint for the witness' -RunOn 'sql03.contoso.com\RTC' -Account 'sql-admin') {
    # Note: The login is the account under which SQL Server runs on the partner; Network Service is the computer's account.
    # Note: Authentication and encryption must agree with the partners' endpoints; port 7022 must be reachable from both.
    # Note: Nothing is made where the instance has a mirroring endpoint already; then its own port counts.
    Confirm-Check -Question 'Before: every SQL instance of the plan answers and lets us in?'
    Confirm-Check -Question 'Before: the instances are of a fitting version?'
    Confirm-Check -Question 'Before: mirroring endpoints are started?'
    Confirm-Check -Question 'Before: every instance has its old name?'
    sqlcmd '-S' 'sql03.contoso.com\RTC' '-E' '-b' '-Q' 'USE [master];
IF SUSER_ID(N''CONTOSO\SQL01$'') IS NULL CREATE LOGIN [CONTOSO\SQL01$] FROM WINDOWS;
IF NOT EXISTS (SELECT 1 FROM sys.database_mirroring_endpoints) CREATE ENDPOINT [mirroring_endpoint] STATE = STARTED AS TCP (LISTENER_PORT = 7022) FOR DATABASE_MIRRORING (ROLE = WITNESS);
GRANT CONNECT ON ENDPOINT::[mirroring_endpoint] TO [CONTOSO\SQL01$];'
    Assert-ExitCode -Low 0 -High 0
    sqlcmd '-S' 'sql03.contoso.com\RTC' '-E' '-b' '-Q' 'SELECT name, state_desc, role_desc FROM sys.database_mirroring_endpoints;' | Out-Host
    Confirm-Check -Question 'Verify: does it show at least one object: state_desc is STARTED and role_desc is WITNESS?'
}

# ---- Endpoint for the witness
if (Test-Step -Id 'wi-endpoint@sql02.contoso.com' -Title 'Endpoint for the witness' -RunOn 'sql03.contoso.com\RTC' -Account 'sql-admin') {
    # Note: The login is the account under which SQL Server runs on the partner; Network Service is the computer's account.
    # Note: Authentication and encryption must agree with the partners' endpoints; port 7022 must be reachable from both.
    # Note: Nothing is made where the instance has a mirroring endpoint already; then its own port counts.
    sqlcmd '-S' 'sql03.contoso.com\RTC' '-E' '-b' '-Q' 'USE [master];
IF SUSER_ID(N''CONTOSO\SQL02$'') IS NULL CREATE LOGIN [CONTOSO\SQL02$] FROM WINDOWS;
IF NOT EXISTS (SELECT 1 FROM sys.database_mirroring_endpoints) CREATE ENDPOINT [mirroring_endpoint] STATE = STARTED AS TCP (LISTENER_PORT = 7022) FOR DATABASE_MIRRORING (ROLE = WITNESS);
GRANT CONNECT ON ENDPOINT::[mirroring_endpoint] TO [CONTOSO\SQL02$];'
    Assert-ExitCode -Low 0 -High 0
    sqlcmd '-S' 'sql03.contoso.com\RTC' '-E' '-b' '-Q' 'SELECT name, state_desc, role_desc FROM sys.database_mirroring_endpoints;' | Out-Host
    Confirm-Check -Question 'Verify: does it show at least one object: state_desc is STARTED and role_desc is WITNESS?'
}

# ---- Put the witness back
if (Test-Step -Id 'wi-set@rtcab' -Title 'Put the witness back' -RunOn 'sql01.contoso.com\RTC' -Account 'sql-admin') {
    sqlcmd '-S' 'sql01.contoso.com\RTC' '-E' '-b' '-Q' 'SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL ORDER BY database_id;' | Out-Host
    Confirm-Check -Question 'Before: both partners mirror: does it show at least one object: database_name is rtcab and mirroring_state_desc is SYNCHRONIZED?'
    sqlcmd '-S' 'sql01.contoso.com\RTC' '-E' '-b' '-Q' 'USE [master];
ALTER DATABASE [rtcab] SET WITNESS = N''TCP://sql03.contoso.com:7022'';'
    Assert-ExitCode -Low 0 -High 0
    sqlcmd '-S' 'sql01.contoso.com\RTC' '-E' '-b' '-Q' 'SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL ORDER BY database_id;' | Out-Host
    Confirm-Check -Question 'Verify: does it show at least one object: database_name is rtcab and mirroring_witness_state_desc is CONNECTED (within 2 min)?'
    # To undo: witness-off for the same database
}

# ---- Put the witness back
if (Test-Step -Id 'wi-set@rtcshared' -Title 'Put the witness back' -RunOn 'sql01.contoso.com\RTC' -Account 'sql-admin') {
    sqlcmd '-S' 'sql01.contoso.com\RTC' '-E' '-b' '-Q' 'SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL ORDER BY database_id;' | Out-Host
    Confirm-Check -Question 'Before: both partners mirror: does it show at least one object: database_name is rtcshared and mirroring_state_desc is SYNCHRONIZED?'
    sqlcmd '-S' 'sql01.contoso.com\RTC' '-E' '-b' '-Q' 'USE [master];
ALTER DATABASE [rtcshared] SET WITNESS = N''TCP://sql03.contoso.com:7022'';'
    Assert-ExitCode -Low 0 -High 0
    sqlcmd '-S' 'sql01.contoso.com\RTC' '-E' '-b' '-Q' 'SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL ORDER BY database_id;' | Out-Host
    Confirm-Check -Question 'Verify: does it show at least one object: database_name is rtcshared and mirroring_witness_state_desc is CONNECTED (within 2 min)?'
    # To undo: witness-off for the same database
}

# ---- Put the witness back
if (Test-Step -Id 'wi-set@rtcxds' -Title 'Put the witness back' -RunOn 'sql01.contoso.com\RTC' -Account 'sql-admin') {
    sqlcmd '-S' 'sql01.contoso.com\RTC' '-E' '-b' '-Q' 'SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL ORDER BY database_id;' | Out-Host
    Confirm-Check -Question 'Before: both partners mirror: does it show at least one object: database_name is rtcxds and mirroring_state_desc is SYNCHRONIZED?'
    sqlcmd '-S' 'sql01.contoso.com\RTC' '-E' '-b' '-Q' 'USE [master];
ALTER DATABASE [rtcxds] SET WITNESS = N''TCP://sql03.contoso.com:7022'';'
    Assert-ExitCode -Low 0 -High 0
    sqlcmd '-S' 'sql01.contoso.com\RTC' '-E' '-b' '-Q' 'SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL ORDER BY database_id;' | Out-Host
    Confirm-Check -Question 'Verify: does it show at least one object: database_name is rtcxds and mirroring_witness_state_desc is CONNECTED (within 2 min)?'
    # To undo: witness-off for the same database
}

# ---- Put the witness back
if (Test-Step -Id 'wi-set@rgsconfig' -Title 'Put the witness back' -RunOn 'sql01.contoso.com\RTC' -Account 'sql-admin') {
    sqlcmd '-S' 'sql01.contoso.com\RTC' '-E' '-b' '-Q' 'SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL ORDER BY database_id;' | Out-Host
    Confirm-Check -Question 'Before: both partners mirror: does it show at least one object: database_name is rgsconfig and mirroring_state_desc is SYNCHRONIZED?'
    sqlcmd '-S' 'sql01.contoso.com\RTC' '-E' '-b' '-Q' 'USE [master];
ALTER DATABASE [rgsconfig] SET WITNESS = N''TCP://sql03.contoso.com:7022'';'
    Assert-ExitCode -Low 0 -High 0
    sqlcmd '-S' 'sql01.contoso.com\RTC' '-E' '-b' '-Q' 'SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL ORDER BY database_id;' | Out-Host
    Confirm-Check -Question 'Verify: does it show at least one object: database_name is rgsconfig and mirroring_witness_state_desc is CONNECTED (within 2 min)?'
    # To undo: witness-off for the same database
}

# ---- Put the witness back
if (Test-Step -Id 'wi-set@rgsdyn' -Title 'Put the witness back' -RunOn 'sql01.contoso.com\RTC' -Account 'sql-admin') {
    sqlcmd '-S' 'sql01.contoso.com\RTC' '-E' '-b' '-Q' 'SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL ORDER BY database_id;' | Out-Host
    Confirm-Check -Question 'Before: both partners mirror: does it show at least one object: database_name is rgsdyn and mirroring_state_desc is SYNCHRONIZED?'
    sqlcmd '-S' 'sql01.contoso.com\RTC' '-E' '-b' '-Q' 'USE [master];
ALTER DATABASE [rgsdyn] SET WITNESS = N''TCP://sql03.contoso.com:7022'';'
    Assert-ExitCode -Low 0 -High 0
    sqlcmd '-S' 'sql01.contoso.com\RTC' '-E' '-b' '-Q' 'SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL ORDER BY database_id;' | Out-Host
    Confirm-Check -Question 'Verify: does it show at least one object: database_name is rgsdyn and mirroring_witness_state_desc is CONNECTED (within 2 min)?'
    # To undo: witness-off for the same database
}

# ---- Put the witness back
if (Test-Step -Id 'wi-set@cpsdyn' -Title 'Put the witness back' -RunOn 'sql01.contoso.com\RTC' -Account 'sql-admin') {
    sqlcmd '-S' 'sql01.contoso.com\RTC' '-E' '-b' '-Q' 'SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL ORDER BY database_id;' | Out-Host
    Confirm-Check -Question 'Before: both partners mirror: does it show at least one object: database_name is cpsdyn and mirroring_state_desc is SYNCHRONIZED?'
    sqlcmd '-S' 'sql01.contoso.com\RTC' '-E' '-b' '-Q' 'USE [master];
ALTER DATABASE [cpsdyn] SET WITNESS = N''TCP://sql03.contoso.com:7022'';'
    Assert-ExitCode -Low 0 -High 0
    sqlcmd '-S' 'sql01.contoso.com\RTC' '-E' '-b' '-Q' 'SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL ORDER BY database_id;' | Out-Host
    Confirm-Check -Question 'Verify: does it show at least one object: database_name is cpsdyn and mirroring_witness_state_desc is CONNECTED (within 2 min)?'
    # To undo: witness-off for the same database
}

# ---- Put the witness back
if (Test-Step -Id 'wi-set@xds' -Title 'Put the witness back' -RunOn 'sql01.contoso.com\RTC' -Account 'sql-admin') {
    sqlcmd '-S' 'sql01.contoso.com\RTC' '-E' '-b' '-Q' 'SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL ORDER BY database_id;' | Out-Host
    Confirm-Check -Question 'Before: both partners mirror: does it show at least one object: database_name is xds and mirroring_state_desc is SYNCHRONIZED?'
    sqlcmd '-S' 'sql01.contoso.com\RTC' '-E' '-b' '-Q' 'USE [master];
ALTER DATABASE [xds] SET WITNESS = N''TCP://sql03.contoso.com:7022'';'
    Assert-ExitCode -Low 0 -High 0
    sqlcmd '-S' 'sql01.contoso.com\RTC' '-E' '-b' '-Q' 'SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL ORDER BY database_id;' | Out-Host
    Confirm-Check -Question 'Verify: does it show at least one object: database_name is xds and mirroring_witness_state_desc is CONNECTED (within 2 min)?'
    # To undo: witness-off for the same database
}

# ---- Put the witness back
if (Test-Step -Id 'wi-set@lis' -Title 'Put the witness back' -RunOn 'sql01.contoso.com\RTC' -Account 'sql-admin') {
    sqlcmd '-S' 'sql01.contoso.com\RTC' '-E' '-b' '-Q' 'SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL ORDER BY database_id;' | Out-Host
    Confirm-Check -Question 'Before: both partners mirror: does it show at least one object: database_name is lis and mirroring_state_desc is SYNCHRONIZED?'
    sqlcmd '-S' 'sql01.contoso.com\RTC' '-E' '-b' '-Q' 'USE [master];
ALTER DATABASE [lis] SET WITNESS = N''TCP://sql03.contoso.com:7022'';'
    Assert-ExitCode -Low 0 -High 0
    sqlcmd '-S' 'sql01.contoso.com\RTC' '-E' '-b' '-Q' 'SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL ORDER BY database_id;' | Out-Host
    Confirm-Check -Question 'Verify: does it show at least one object: database_name is lis and mirroring_witness_state_desc is CONNECTED (within 2 min)?'
    # To undo: witness-off for the same database
}

# Left out: Witness and one partner lost: free the survivor: lost primary was not chosen
# Left out: Witness and one partner lost: free the survivor: lost mirror was not chosen
Write-Host 'Afterwards: Where a partner was lost too, go on with restore-primary from mp-tb-unmirror (primary lost) or restore-mirror from mm-bare (mirror lost); with the CMS on a lost primary restore-cms from cms-rescue-export. Run this procedure again, for the witness alone, when both partners mirror again.'
Write-Host 'Afterwards: Look at Get-CsDatabaseMirrorState once more after an hour.'
