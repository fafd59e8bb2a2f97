# Restore the server that hosts the Central Management store (restore-cms)
# Target: fe01.contoso.com. Backup set: 2026-11-22T013000Z_contoso. Plan: sha256:e01f152770ff39acb91b725e1817103d161d46cd2797933bad5f6c948454bbcb
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
if (Test-Step -Id 'prepare/prep-decide' -Title 'Decide what to restore' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    # Note: Restore only when troubleshooting has failed; a restore costs downtime and everything since the backup.
    # Note: The person named in the plan decides. Have media, keys, certificates and the worksheets at hand before going on.
    Write-Host 'Decide: Decide what to restore (restore)'
    [void] (Read-Host 'Press Enter when it is done')
}

# ---- Is there a newer configuration on a survivor?
if (Test-Step -Id 'cms-local-store.1' -Title 'Make the folder' -RunOn 'se01.contoso.com' -Account 'lync-admin') {
    New-Item -ItemType 'Directory' -Path 'C:\Restore' -Force
}

# ---- Is there a newer configuration on a survivor?
if (Test-Step -Id 'cms-local-store.2' -Title 'Export the local replica' -RunOn 'se01.contoso.com' -Account 'lync-admin') {
    Confirm-Check -Question 'Before: every cmdlet and parameter of the plan exists there?'
    Export-CsConfiguration -FileName 'C:\Restore\Local.zip' -LocalStore
    Get-Item -LiteralPath 'C:\Restore\Local.zip' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Length is at least 100?'
}

# ---- Is there a newer configuration on a survivor?
if (Test-Step -Id 'cms-local-store.3' -Title 'Copy the export of the set beside it' -RunOn 'se01.contoso.com' -Account 'lync-admin') {
    Confirm-Check -Question 'Before: the session reaches the backup share?'
    robocopy '\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso' 'C:\Restore' 'Config.zip' '/COPY:DAT' '/R:2' '/W:5'
    Assert-ExitCode -Low 0 -High 7
}

# ---- Is there a newer configuration on a survivor?
if (Test-Step -Id 'cms-local-store.4' -Title 'Compare the two' -RunOn 'se01.contoso.com' -Account 'lync-admin') {
    # Note: Compare Local.zip and Config.zip (date, servers and pools in the topology, number of policies in DocItemSet.xml). The plan takes backup; if the other one is to be taken, stop here and plan again with the other answer, beginning at cms-local-store.
    # Note: The replica may lack what was changed in the last minutes, and an unhealthy one is older than the backup.
    # Note: Enabling an older topology drops the servers added since that backup.
    Write-Host 'Decide: Compare the two (as planned)'
    [void] (Read-Host 'Press Enter when it is done')
}

# ---- Create the Central Management store's database again
if (Test-Step -Id 'cms-create' -Title 'Create the Central Management store''s database again' -RunOn 'se01.contoso.com' -Account 'lync-admin') {
    # Note: Be sure that the store is lost and that this is the new server, never the surviving mirror.
    # Note: RTCUniversalServerAdmins must not own the databases. On a SQL cluster name the paths with -DatabasePaths.
    Write-Host 'On fe01.contoso.com\rtc as sql-admin run: sqlcmd ''-S'' ''fe01.contoso.com\rtc'' ''-E'' ''-b'' ''-Q'' ''SELECT @@SERVERNAME AS server_name, @@VERSION AS version_text, CAST(SERVERPROPERTY(N''''ProductVersion'''') AS nvarchar(128)) AS product_version, CAST(SERVERPROPERTY(N''''ProductLevel'''') AS nvarchar(128)) AS product_level, CAST(SERVERPROPERTY(N''''Edition'''') AS nvarchar(128)) AS edition, CAST(SERVERPROPERTY(N''''MachineName'''') AS nvarchar(128)) AS machine_name, CAST(SERVERPROPERTY(N''''InstanceName'''') AS nvarchar(128)) AS instance_name, CAST(SERVERPROPERTY(N''''Collation'''') AS nvarchar(128)) AS collation, IS_SRVROLEMEMBER(N''''sysadmin'''') AS is_sysadmin;'''
    Confirm-Check -Question 'Before: the instance answers: does it show the number of objects is 1?'
    Confirm-Harm -Harm 'deletes xds and lis on fe01.contoso.com\rtc if they are there, and creates them empty' -Name 'fe01.contoso.com'
    Install-CsDatabase -CentralManagementDatabase -Clean -SqlServerFqdn 'fe01.contoso.com' -SqlInstanceName 'rtc' -Verbose
    Test-CsDatabase -CentralManagementDatabase -SqlServerFqdn 'fe01.contoso.com' -SqlInstanceName 'rtc' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Succeed is True?'
    # To undo: none
}

# ---- Point Active Directory at it
if (Test-Step -Id 'cms-scp.1' -Title 'Name the Central Management store' -RunOn 'se01.contoso.com' -Account 'lync-admin') {
    # Note: Without the mirror at first
    # Note: because that does not exist yet; it follows in cms-scp-mirror.
    Confirm-Harm -Harm 'changes the service connection point of the whole forest' -Name 'fe01.contoso.com'
    Set-CsConfigurationStoreLocation -SqlServerFqdn 'fe01.contoso.com' -SqlInstanceName 'rtc' -Verbose
    Get-CsConfigurationStoreLocation | Out-Host
    Confirm-Check -Question 'Verify: does it show at least one object: BackEndServer is fe01.contoso.com\rtc?'
    # To undo: run it again with another location
}

# ---- Import the configuration
if (Test-Step -Id 'cms-import.1' -Title 'Make the folders' -RunOn 'se01.contoso.com' -Account 'lync-admin') {
    New-Item -ItemType 'Directory' -Path @('C:\Restore', 'C:\Logs') -Force
}

# ---- Import the configuration
if (Test-Step -Id 'cms-import.2' -Title 'Copy the export to the server and check it' -RunOn 'se01.contoso.com' -Account 'lync-admin') {
    robocopy '\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso' 'C:\Restore' 'Config.zip' '/COPY:DAT' '/R:2' '/W:5'
    Assert-ExitCode -Low 0 -High 7
    certutil '-hashfile' 'C:\Restore\Config.zip' 'SHA256' | Out-Host
    Confirm-Check -Question 'Verify: does it show at least one object: the value contains 1b19ee7df3cb9ecbfab9e3ab00e803d17d82d735559ad9653bf78f520bae047e?'
}

# ---- Import the configuration
if (Test-Step -Id 'cms-import.3' -Title 'Import the configuration' -RunOn 'se01.contoso.com' -Account 'lync-admin') {
    Get-CsConfigurationStoreLocation | Out-Host
    Confirm-Check -Question 'Before: Active Directory names this store: does it show at least one object: BackEndServer is fe01.contoso.com\rtc?'
    Test-CsDatabase -CentralManagementDatabase -SqlServerFqdn 'fe01.contoso.com' -SqlInstanceName 'rtc' | Out-Host
    Confirm-Check -Question 'Before: its databases are there: does it show every object: Succeed is True?'
    Confirm-Harm -Harm 'replaces topology, policies and settings in the Central Management store' -Name 'fe01.contoso.com'
    Import-CsConfiguration -FileName 'C:\Restore\Config.zip'
    Get-CsPool -Identity 'fe01.contoso.com' | Out-Host
    Confirm-Check -Question 'Verify: does it show at least one object: Fqdn is the host fe01.contoso.com?'
    # To undo: none; import another export
}

# ---- Enable the topology
if (Test-Step -Id 'cms-enable.1' -Title 'Make the folder for the report' -RunOn 'se01.contoso.com' -Account 'lync-admin') {
    New-Item -ItemType 'Directory' -Path 'C:\Logs' -Force
}

# ---- Enable the topology
if (Test-Step -Id 'cms-enable.2' -Title 'Enable the topology' -RunOn 'se01.contoso.com' -Account 'lync-admin') {
    Get-CsPool -Identity 'fe01.contoso.com' | Out-Host
    Confirm-Check -Question 'Before: the topology in the store knows the pool: does it show at least one object: Fqdn is the host fe01.contoso.com?'
    Confirm-Harm -Harm 'writes AD objects, ACLs and file share permissions according to the topology' -Name 'fe01.contoso.com'
    Enable-CsTopology -Report 'C:\Logs\Enable_Topology.html'
    Get-CsManagementStoreReplicationStatus | Out-Host
    Confirm-Check -Question 'Verify: does it show the number of objects is at least 1?'
    # To undo: run Enable-CsTopology again; it is harmless to repeat
}

# ---- Restore the location information
if (Test-Step -Id 'cms-lis.1' -Title 'Copy the export to the server and check it' -RunOn 'se01.contoso.com' -Account 'lync-admin') {
    robocopy '\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso' 'C:\Restore' 'E911Config.zip' '/COPY:DAT' '/R:2' '/W:5'
    Assert-ExitCode -Low 0 -High 7
    certutil '-hashfile' 'C:\Restore\E911Config.zip' 'SHA256' | Out-Host
    Confirm-Check -Question 'Verify: does it show at least one object: the value contains b925a53623809e14b437bb9c31039674f629b29c615923c075864c4ea8ac1e29?'
}

# ---- Restore the location information
if (Test-Step -Id 'cms-lis.2' -Title 'Import the location information' -RunOn 'se01.contoso.com' -Account 'lync-admin') {
    Confirm-Harm -Harm 'records changed since the backup return to the old value; those added later stay' -Name 'fe01.contoso.com'
    Import-CsLisConfiguration -FileName 'C:\Restore\E911Config.zip'
    # To undo: none
}

# ---- Restore the location information
if (Test-Step -Id 'cms-lis.3' -Title 'Publish the location information' -RunOn 'se01.contoso.com' -Account 'lync-admin') {
    Publish-CsLisConfiguration
}

# ---- Restore the location information
if (Test-Step -Id 'cms-lis.4' -Title 'List the locations' -RunOn 'se01.contoso.com' -Account 'lync-admin') {
    Get-CsLisLocation
}

# ---- Check replication everywhere
if (Test-Step -Id 'cms-final.1' -Title 'The master and the file transfer agents are active' -RunOn 'se01.contoso.com' -Account 'lync-admin') {
    Get-CsManagementStoreReplicationStatus -CentralManagementStoreStatus
    Get-CsManagementStoreReplicationStatus -CentralManagementStoreStatus | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: ActiveMasterFqdn is not empty and ActiveFileTransferAgents is not empty (within 15 min)?'
}

# ---- Check replication everywhere
if (Test-Step -Id 'cms-final.2' -Title 'Every replica is up to date' -RunOn 'se01.contoso.com' -Account 'lync-admin') {
    # Note: Force it with Invoke-CsManagementStoreReplication; the services of the store must run.
    Get-CsManagementStoreReplicationStatus
    Get-CsManagementStoreReplicationStatus | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: UpToDate is True (within 30 min)?'
}

# Left out: Prepare: user store lost was not chosen
# Left out: Prepare both sides: user store lost was not chosen; not both sides are lost
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
# Left out: Take the store's databases out of mirroring: the CMS is not mirrored
# Left out: Name the Central Management store and its mirror: the mirror does not exist yet, or there is none
# Left out: Restore xds and lis from the rescued backups: there is no mirror of the CMS to be rescued; the configuration comes from an export
# Left out: Stop the pool before its Back End is created empty: no Enterprise Edition pool; user store lost was not chosen
# Left out: Create the other databases, and the mirror: no Enterprise Edition pool
# Left out: Name the mirror in Active Directory: the CMS is not mirrored
# Left out: Lync Server Deployment Wizard: user store lost was not chosen
# Left out: Restore user data: user store lost was not chosen
# Left out: Restore the pool's user data: no Enterprise Edition pool; user store lost was not chosen
# Left out: Restore Response Group: user store lost was not chosen; not deployed; not in the backup set
# Left out: Restore Archiving and Monitoring data: the server and its other data live; no archiving or monitoring data on the Back End Server
# Left out: Restore Persistent Chat: the server and its other data live; the Persistent Chat database is elsewhere; not in the backup set
# Left out: Mirror the archiving and monitoring databases again: the CMS is not mirrored; user store lost was not chosen; no database of this Back End comes back by a SQL restore
# Left out: Restart all Front End Servers: the CMS is not mirrored; user store lost was not chosen; no database of this Back End comes back by a SQL restore
# Left out: Restart all Front End Servers after the change of the mirror: the CMS is not mirrored
# Left out: Kerberos account password: user store lost was not chosen; no Kerberos account
Write-Host 'Afterwards: Run Get-CsManagementStoreReplicationStatus once more after an hour; every replica must be up to date.'
Write-Host 'Afterwards: Restart a new host of the Central Management store once (pitfall P30).'
Write-Host 'Afterwards: Sign in a test user and look at the contact list.'
Write-Host 'Afterwards: Take a fresh backup into a new set.'
