# Restore the server that hosts the Central Management store (restore-cms)
# Target: pool01.contoso.com. Backup set: 2026-11-22T013000Z_contoso. Plan: sha256:5f0de84edab425b63f8312e8b86d00cddbfc6e5361b625a08c9392a094bab85f
# After: Restoring the server hosting the Central Management store in Lync Server 2013
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

# ---- Is there a newer configuration on a survivor?
if (Test-Step -Id 'cms-local-store.1' -Title 'Make the folder' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    New-Item -ItemType 'Directory' -Path 'C:\Restore' -Force
}

# ---- Is there a newer configuration on a survivor?
if (Test-Step -Id 'cms-local-store.2' -Title 'Export the local replica' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Confirm-Check -Question 'Before: every cmdlet and parameter of the plan exists there?'
    Export-CsConfiguration -FileName 'C:\Restore\Local.zip' -LocalStore
    Get-Item -LiteralPath 'C:\Restore\Local.zip' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Length is at least 100?'
}

# ---- Is there a newer configuration on a survivor?
if (Test-Step -Id 'cms-local-store.3' -Title 'Copy the export of the set beside it' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Confirm-Check -Question 'Before: the session reaches the backup share?'
    robocopy '\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso' 'C:\Restore' 'Config.zip' '/COPY:DAT' '/R:2' '/W:5'
    Assert-ExitCode -Low 0 -High 7
}

# ---- Is there a newer configuration on a survivor?
if (Test-Step -Id 'cms-local-store.4' -Title 'Compare the two' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    # Note: Compare Local.zip and Config.zip (date, servers and pools in the topology, number of policies in DocItemSet.xml). The plan takes backup; if the other one is to be taken, stop here and plan again with the other answer, beginning at cms-local-store.
    # Note: The replica may lack what was changed in the last minutes, and an unhealthy one is older than the backup.
    # Note: Enabling an older topology drops the servers added since that backup.
    Write-Host 'Decide: Compare the two (as planned)'
    [void] (Read-Host 'Press Enter when it is done')
}

# ---- Take the store's databases out of mirroring
if (Test-Step -Id 'cms-unmirror.1' -Title 'End the mirroring of xds on the primary' -RunOn 'sql01.contoso.com\RTC' -Account 'sql-admin') {
    # Note: SQL Server neither drops nor creates a database that is mirrored; nothing is sent where it is not.
    Confirm-Harm -Harm 'ends the mirroring of xds, which is about to be created anew' -Name 'sql01.contoso.com'
    sqlcmd '-S' 'sql01.contoso.com\RTC' '-E' '-b' '-Q' 'USE [master];
IF EXISTS (SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL AND database_id = DB_ID(N''xds'')) ALTER DATABASE [xds] SET PARTNER OFF;'
    Assert-ExitCode -Low 0 -High 0
    # To undo: none; it is mirrored again in cms-databases
}

# ---- Take the store's databases out of mirroring
if (Test-Step -Id 'cms-unmirror.2' -Title 'End the mirroring of lis on the primary' -RunOn 'sql01.contoso.com\RTC' -Account 'sql-admin') {
    Confirm-Harm -Harm 'ends the mirroring of lis, which is about to be created anew' -Name 'sql01.contoso.com'
    sqlcmd '-S' 'sql01.contoso.com\RTC' '-E' '-b' '-Q' 'USE [master];
IF EXISTS (SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL AND database_id = DB_ID(N''lis'')) ALTER DATABASE [lis] SET PARTNER OFF;'
    Assert-ExitCode -Low 0 -High 0
    # To undo: none; it is mirrored again in cms-databases
}

# ---- Take the store's databases out of mirroring
if (Test-Step -Id 'cms-unmirror.3' -Title 'End the mirroring of xds on the mirror' -RunOn 'sql02.contoso.com\RTC' -Account 'sql-admin') {
    Confirm-Harm -Harm 'ends the mirroring of xds, which is about to be created anew' -Name 'sql02.contoso.com'
    sqlcmd '-S' 'sql02.contoso.com\RTC' '-E' '-b' '-Q' 'USE [master];
IF EXISTS (SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL AND database_id = DB_ID(N''xds'')) ALTER DATABASE [xds] SET PARTNER OFF;'
    Assert-ExitCode -Low 0 -High 0
    # To undo: none; it is mirrored again in cms-databases
}

# ---- Take the store's databases out of mirroring
if (Test-Step -Id 'cms-unmirror.4' -Title 'End the mirroring of lis on the mirror' -RunOn 'sql02.contoso.com\RTC' -Account 'sql-admin') {
    Confirm-Harm -Harm 'ends the mirroring of lis, which is about to be created anew' -Name 'sql02.contoso.com'
    sqlcmd '-S' 'sql02.contoso.com\RTC' '-E' '-b' '-Q' 'USE [master];
IF EXISTS (SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL AND database_id = DB_ID(N''lis'')) ALTER DATABASE [lis] SET PARTNER OFF;'
    Assert-ExitCode -Low 0 -High 0
    # To undo: none; it is mirrored again in cms-databases
}

# ---- Create the Central Management store's database again
if (Test-Step -Id 'cms-create' -Title 'Create the Central Management store''s database again' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    # Note: Be sure that the store is lost and that this is the new server, never the surviving mirror.
    # Note: RTCUniversalServerAdmins must not own the databases. On a SQL cluster name the paths with -DatabasePaths.
    Write-Host 'On sql01.contoso.com\RTC as sql-admin run: sqlcmd ''-S'' ''sql01.contoso.com\RTC'' ''-E'' ''-b'' ''-Q'' ''SELECT @@SERVERNAME AS server_name, @@VERSION AS version_text, CAST(SERVERPROPERTY(N''''ProductVersion'''') AS nvarchar(128)) AS product_version, CAST(SERVERPROPERTY(N''''ProductLevel'''') AS nvarchar(128)) AS product_level, CAST(SERVERPROPERTY(N''''Edition'''') AS nvarchar(128)) AS edition, CAST(SERVERPROPERTY(N''''MachineName'''') AS nvarchar(128)) AS machine_name, CAST(SERVERPROPERTY(N''''InstanceName'''') AS nvarchar(128)) AS instance_name, CAST(SERVERPROPERTY(N''''Collation'''') AS nvarchar(128)) AS collation, IS_SRVROLEMEMBER(N''''sysadmin'''') AS is_sysadmin;'''
    Confirm-Check -Question 'Before: the instance answers: does it show the number of objects is 1?'
    Confirm-Harm -Harm 'deletes xds and lis on sql01.contoso.com\RTC if they are there, and creates them empty' -Name 'sql01.contoso.com'
    Install-CsDatabase -CentralManagementDatabase -Clean -SqlServerFqdn 'sql01.contoso.com' -SqlInstanceName 'RTC' -Verbose
    Test-CsDatabase -CentralManagementDatabase -SqlServerFqdn 'sql01.contoso.com' -SqlInstanceName 'RTC' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Succeed is True?'
    # To undo: none
}

# ---- Point Active Directory at it
if (Test-Step -Id 'cms-scp.1' -Title 'Name the Central Management store' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    # Note: Without the mirror at first
    # Note: because that does not exist yet; it follows in cms-scp-mirror.
    Confirm-Harm -Harm 'changes the service connection point of the whole forest' -Name 'sql01.contoso.com'
    Set-CsConfigurationStoreLocation -SqlServerFqdn 'sql01.contoso.com' -SqlInstanceName 'RTC' -Verbose
    Get-CsConfigurationStoreLocation | Out-Host
    Confirm-Check -Question 'Verify: does it show at least one object: BackEndServer is sql01.contoso.com\RTC?'
    # To undo: run it again with another location
}

# ---- Import the configuration
if (Test-Step -Id 'cms-import.1' -Title 'Make the folders' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    New-Item -ItemType 'Directory' -Path @('C:\Restore', 'C:\Logs') -Force
}

# ---- Import the configuration
if (Test-Step -Id 'cms-import.2' -Title 'Copy the export to the server and check it' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    robocopy '\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso' 'C:\Restore' 'Config.zip' '/COPY:DAT' '/R:2' '/W:5'
    Assert-ExitCode -Low 0 -High 7
    certutil '-hashfile' 'C:\Restore\Config.zip' 'SHA256' | Out-Host
    Confirm-Check -Question 'Verify: does it show at least one object: the value contains 1b19ee7df3cb9ecbfab9e3ab00e803d17d82d735559ad9653bf78f520bae047e?'
}

# ---- Import the configuration
if (Test-Step -Id 'cms-import.3' -Title 'Import the configuration' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Get-CsConfigurationStoreLocation | Out-Host
    Confirm-Check -Question 'Before: Active Directory names this store: does it show at least one object: BackEndServer is sql01.contoso.com\RTC?'
    Test-CsDatabase -CentralManagementDatabase -SqlServerFqdn 'sql01.contoso.com' -SqlInstanceName 'RTC' | Out-Host
    Confirm-Check -Question 'Before: its databases are there: does it show every object: Succeed is True?'
    Confirm-Harm -Harm 'replaces topology, policies and settings in the Central Management store' -Name 'sql01.contoso.com'
    Import-CsConfiguration -FileName 'C:\Restore\Config.zip'
    Get-CsPool -Identity 'pool01.contoso.com' | Out-Host
    Confirm-Check -Question 'Verify: does it show at least one object: Fqdn is the host pool01.contoso.com?'
    # To undo: none; import another export
}

# ---- Enable the topology
if (Test-Step -Id 'cms-enable.1' -Title 'Make the folder for the report' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    New-Item -ItemType 'Directory' -Path 'C:\Logs' -Force
}

# ---- Enable the topology
if (Test-Step -Id 'cms-enable.2' -Title 'Enable the topology' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Get-CsPool -Identity 'pool01.contoso.com' | Out-Host
    Confirm-Check -Question 'Before: the topology in the store knows the pool: does it show at least one object: Fqdn is the host pool01.contoso.com?'
    Confirm-Harm -Harm 'writes AD objects, ACLs and file share permissions according to the topology' -Name 'sql01.contoso.com'
    Enable-CsTopology -Report 'C:\Logs\Enable_Topology.html'
    Get-CsManagementStoreReplicationStatus | Out-Host
    Confirm-Check -Question 'Verify: does it show the number of objects is at least 1?'
    # To undo: run Enable-CsTopology again; it is harmless to repeat
}

# ---- Create the other databases, and the mirror
if (Test-Step -Id 'cms-databases.9' -Title 'Mirror the store''s databases again' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Confirm-Harm -Harm 'deletes xds and lis on sql02.contoso.com if they are there, and mirrors the new ones there' -Name 'sql02.contoso.com'
    Install-CsMirrorDatabase -DatabaseType 'CentralMgmt' -FileShare '\\fs01.contoso.com\MirrorShare' -SqlServerFqdn 'sql01.contoso.com' -SqlInstanceName 'RTC' -DropExistingDatabasesOnMirror -Confirm:$false -Verbose
    Get-CsDatabaseMirrorState -PoolFqdn 'pool01.contoso.com' -DatabaseType 'CentralMgmt' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: StateOnPrimary is Principal and StateOnMirror is Mirror (within 30 min)?'
    # To undo: Uninstall-CsMirrorDatabase with the database type CentralMgmt
}

# ---- Name the mirror in Active Directory
if (Test-Step -Id 'cms-scp-mirror' -Title 'Name the mirror in Active Directory' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    # Note: Look with Get-CsConfigurationStoreLocation whether the mirror is named beside the primary.
    Confirm-Harm -Harm 'changes the service connection point of the whole forest' -Name 'sql01.contoso.com'
    Set-CsConfigurationStoreLocation -SqlServerFqdn 'sql01.contoso.com' -SqlInstanceName 'RTC' -MirrorSqlServerFqdn 'sql02.contoso.com' -MirrorSqlInstanceName 'RTC' -Verbose
    Get-CsConfigurationStoreLocation | Out-Host
    Confirm-Check -Question 'Verify: does it show at least one object: BackEndServer is sql01.contoso.com\RTC?'
    # To undo: run it again with another location
}

# ---- Restore the location information
if (Test-Step -Id 'cms-lis.1' -Title 'Copy the export to the server and check it' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    robocopy '\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso' 'C:\Restore' 'E911Config.zip' '/COPY:DAT' '/R:2' '/W:5'
    Assert-ExitCode -Low 0 -High 7
    certutil '-hashfile' 'C:\Restore\E911Config.zip' 'SHA256' | Out-Host
    Confirm-Check -Question 'Verify: does it show at least one object: the value contains b925a53623809e14b437bb9c31039674f629b29c615923c075864c4ea8ac1e29?'
}

# ---- Restore the location information
if (Test-Step -Id 'cms-lis.2' -Title 'Import the location information' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Confirm-Harm -Harm 'records changed since the backup return to the old value; those added later stay' -Name 'sql01.contoso.com'
    Import-CsLisConfiguration -FileName 'C:\Restore\E911Config.zip'
    # To undo: none
}

# ---- Restore the location information
if (Test-Step -Id 'cms-lis.3' -Title 'Publish the location information' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Publish-CsLisConfiguration
}

# ---- Restore the location information
if (Test-Step -Id 'cms-lis.4' -Title 'List the locations' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Get-CsLisLocation
}

# ---- Restart all Front End Servers after the change of the mirror
if (Test-Step -Id 'cms-mirror-restart.1@fe01.contoso.com' -Title 'Stop the Lync services, gracefully' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Confirm-Check -Question 'Before: the configuration is replicated?'
    Confirm-Harm -Harm 'interrupts service on fe01.contoso.com; its users move to the other Front End Servers' -Name 'fe01.contoso.com'
    Stop-CsWindowsService -ComputerName 'fe01.contoso.com' -Graceful
    Get-CsWindowsService -ComputerName 'fe01.contoso.com' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Status is Stopped (within 15 min)?'
    # To undo: Start-CsWindowsService -ComputerName fe01.contoso.com
}

# ---- Restart all Front End Servers after the change of the mirror
if (Test-Step -Id 'cms-mirror-restart.2@fe01.contoso.com' -Title 'Start the Lync services' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Start-CsWindowsService -ComputerName 'fe01.contoso.com'
    Get-CsWindowsService -ComputerName 'fe01.contoso.com' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Status is Running (within 60 min)?'
}

# ---- Restart all Front End Servers after the change of the mirror
if (Test-Step -Id 'cms-mirror-restart.3@fe01.contoso.com' -Title 'Every routing group has a primary and a secondary again' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    # Note: The next server is restarted only then. A pool with a single Front End Server is restarted in a quiet hour.
    Get-CsPoolFabricState -PoolFqdn 'pool01.contoso.com'
    Get-CsPoolFabricState -PoolFqdn 'pool01.contoso.com' | Out-Host
    Confirm-Check -Question 'Verify: does it show no object: HealthState is Warning; the number of objects is at least 1 (within 60 min)?'
}

# ---- Restart all Front End Servers after the change of the mirror
if (Test-Step -Id 'cms-mirror-restart.1@fe02.contoso.com' -Title 'Stop the Lync services, gracefully' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Confirm-Check -Question 'Before: the configuration is replicated?'
    Confirm-Harm -Harm 'interrupts service on fe02.contoso.com; its users move to the other Front End Servers' -Name 'fe02.contoso.com'
    Stop-CsWindowsService -ComputerName 'fe02.contoso.com' -Graceful
    Get-CsWindowsService -ComputerName 'fe02.contoso.com' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Status is Stopped (within 15 min)?'
    # To undo: Start-CsWindowsService -ComputerName fe02.contoso.com
}

# ---- Restart all Front End Servers after the change of the mirror
if (Test-Step -Id 'cms-mirror-restart.2@fe02.contoso.com' -Title 'Start the Lync services' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Start-CsWindowsService -ComputerName 'fe02.contoso.com'
    Get-CsWindowsService -ComputerName 'fe02.contoso.com' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Status is Running (within 60 min)?'
}

# ---- Restart all Front End Servers after the change of the mirror
if (Test-Step -Id 'cms-mirror-restart.3@fe02.contoso.com' -Title 'Every routing group has a primary and a secondary again' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    # Note: The next server is restarted only then. A pool with a single Front End Server is restarted in a quiet hour.
    Get-CsPoolFabricState -PoolFqdn 'pool01.contoso.com'
    Get-CsPoolFabricState -PoolFqdn 'pool01.contoso.com' | Out-Host
    Confirm-Check -Question 'Verify: does it show no object: HealthState is Warning; the number of objects is at least 1 (within 60 min)?'
}

# ---- Restart all Front End Servers after the change of the mirror
if (Test-Step -Id 'cms-mirror-restart.1@fe03.contoso.com' -Title 'Stop the Lync services, gracefully' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Confirm-Check -Question 'Before: the configuration is replicated?'
    Confirm-Harm -Harm 'interrupts service on fe03.contoso.com; its users move to the other Front End Servers' -Name 'fe03.contoso.com'
    Stop-CsWindowsService -ComputerName 'fe03.contoso.com' -Graceful
    Get-CsWindowsService -ComputerName 'fe03.contoso.com' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Status is Stopped (within 15 min)?'
    # To undo: Start-CsWindowsService -ComputerName fe03.contoso.com
}

# ---- Restart all Front End Servers after the change of the mirror
if (Test-Step -Id 'cms-mirror-restart.2@fe03.contoso.com' -Title 'Start the Lync services' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Start-CsWindowsService -ComputerName 'fe03.contoso.com'
    Get-CsWindowsService -ComputerName 'fe03.contoso.com' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Status is Running (within 60 min)?'
}

# ---- Restart all Front End Servers after the change of the mirror
if (Test-Step -Id 'cms-mirror-restart.3@fe03.contoso.com' -Title 'Every routing group has a primary and a secondary again' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    # Note: The next server is restarted only then. A pool with a single Front End Server is restarted in a quiet hour.
    Get-CsPoolFabricState -PoolFqdn 'pool01.contoso.com'
    Get-CsPoolFabricState -PoolFqdn 'pool01.contoso.com' | Out-Host
    Confirm-Check -Question 'Verify: does it show no object: HealthState is Warning; the number of objects is at least 1 (within 60 min)?'
}

# ---- Check replication everywhere
if (Test-Step -Id 'cms-final.1' -Title 'The master and the file transfer agents are active' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Get-CsManagementStoreReplicationStatus -CentralManagementStoreStatus
    Get-CsManagementStoreReplicationStatus -CentralManagementStoreStatus | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: ActiveMasterFqdn is not empty and ActiveFileTransferAgents is not empty (within 15 min)?'
}

# ---- Check replication everywhere
if (Test-Step -Id 'cms-final.2' -Title 'Every replica is up to date' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    # Note: Force it with Invoke-CsManagementStoreReplication; the services of the store must run.
    Get-CsManagementStoreReplicationStatus
    Get-CsManagementStoreReplicationStatus | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: UpToDate is True (within 30 min)?'
}

# Left out: Prepare: user store lost was not chosen; both sides of the mirrored Central Management store are lost
# Left out: Prepare both sides: user store lost was not chosen
# Left out: Bring the surviving mirror into service: the plan begins at cms-local-store
# Left out: Bring the surviving mirror into service in SQL Server: the plan begins at cms-local-store
# Left out: Take fresh exports from the surviving mirror: the plan begins at cms-local-store
# Left out: Save the surviving mirror: the plan begins at cms-local-store
# Left out: Are the exports and backups good?: the plan begins at cms-local-store
# Left out: Clean server with the same FQDN: the plan begins at cms-local-store
# Left out: Clean Back End Server with the same FQDN: the plan begins at cms-local-store
# Left out: Clean Back End Servers for both sides: the plan begins at cms-local-store
# Left out: Restore the file store: the plan begins at cms-local-store
# Left out: Prepare first Standard Edition server: the plan begins at cms-local-store
# Left out: Install SQL Server: the plan begins at cms-local-store
# Left out: Install SQL Server on both sides: the plan begins at cms-local-store
# Left out: Open the management shell: the plan begins at cms-local-store
# Left out: Take the replica: configuration survivor was not chosen
# Left out: Name the Central Management store and its mirror: the mirror does not exist yet, or there is none
# Left out: Restore xds and lis from the rescued backups: there is no mirror of the CMS to be rescued; the configuration comes from an export
# Left out: Stop the pool before its Back End is created empty: user store lost was not chosen
# Left out: This machine is at the update level of the others: user store lost was not chosen
# Left out: End the database's mirroring: user store lost was not chosen; there is no mirror of the CMS to be rescued
# Left out: Bring the database online: user store lost was not chosen; there is no mirror of the CMS to be rescued
# Left out: Create the databases: user store lost was not chosen
# Left out: Create the mirror on the clean server, but for what is restored first: user store lost was not chosen; no database of this Back End comes back by a SQL restore
# Left out: Create the mirror on the clean server: user store lost was not chosen
# Left out: Create the mirror anew on the survivor, but for what is restored first: user store lost was not chosen; there is no mirror of the CMS to be rescued; no database of this Back End comes back by a SQL restore
# Left out: Create the mirror anew on the survivor: user store lost was not chosen; there is no mirror of the CMS to be rescued
# Left out: Lync Server Deployment Wizard: no Standard Edition server; user store lost was not chosen
# Left out: Restore user data: no Standard Edition server; user store lost was not chosen
# Left out: Restore the pool's user data: user store lost was not chosen
# Left out: Restore Response Group: user store lost was not chosen
# Left out: Restore Archiving and Monitoring data: the server and its other data live; no archiving or monitoring data on the Back End Server
# Left out: Restore Persistent Chat: the server and its other data live; the Persistent Chat database is elsewhere
# Left out: Mirror the archiving and monitoring databases again: user store lost was not chosen; no database of this Back End comes back by a SQL restore
# Left out: Restart all Front End Servers: user store lost was not chosen; no database of this Back End comes back by a SQL restore
# Left out: Kerberos account password: no Standard Edition server; user store lost was not chosen; no Kerberos account
Write-Host 'Afterwards: Run Get-CsManagementStoreReplicationStatus once more after an hour; every replica must be up to date.'
Write-Host 'Afterwards: Restart a new host of the Central Management store once (pitfall P30).'
Write-Host 'Afterwards: Sign in a test user and look at the contact list.'
Write-Host 'Afterwards: Take a fresh backup into a new set.'
