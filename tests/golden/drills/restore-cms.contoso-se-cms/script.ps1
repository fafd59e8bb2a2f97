# Restore the server that hosts the Central Management store (restore-cms)
# Target: fe01.contoso.com. Backup set: 2026-11-22T013000Z_contoso. Plan: sha256:6b113c9f2cb70babc2b29d9096f2c060869b9bc8cef460b366614d967b360247
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

# ---- Prepare
if (Test-Step -Id 'prepare/prep-ad' -Title 'Keep the AD computer account' -RunOn 'dc01.contoso.com' -Account 'domain-admin') {
    # Note: Joining with the same name re-uses the account; deleting it loses the group memberships.
    # Note: Since October 2022 (KB5020276) only the account's creator or an allowed owner may join with it again.
    Write-Host 'Do not delete the computer account of fe01.contoso.com when Windows is installed again. Have the AD administrator check that the account exists, is enabled, and is still a member of its Lync (RTC) groups; reset it if needed.'
    [void] (Read-Host 'Press Enter when it is done')
    Get-ADComputer -Identity 'fe01' -Properties @('MemberOf') | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Enabled is True?'
}

# ---- Clean server with the same FQDN
if (Test-Step -Id 'cms-bare.1' -Title 'Install Windows under the old name' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    # Note: A Front End Server gets the same Windows version as the other Front End Servers of its pool.
    # Note: With a wrong name or suffix the Deployment Wizard uninstalls every role (pitfall P10).
    Confirm-Harm -Harm 'the disks of the computer that becomes fe01.contoso.com are wiped' -Name 'fe01.contoso.com'
    Write-Host 'Install Windows on the replacement computer with the name fe01.contoso.com: same computer name, same DNS suffix, same IP address and DNS record as before; join the domain with the existing computer account; install the patches and the Lync prerequisites; leave the Windows Firewall on.'
    [void] (Read-Host 'Press Enter when it is done')
    Get-CimInstance -ClassName 'Win32_ComputerSystem' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: DNSHostName is fe01 and PartOfDomain is True and Domain is contoso.com?'
    # To undo: none; whatever is on the disks is gone
}

# ---- Clean server with the same FQDN
if (Test-Step -Id 'cms-bare.2' -Title 'The name and the DNS suffix are those of the topology' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    # Note: Being in the right domain is not enough; the primary DNS suffix must be right as well.
    Get-ItemProperty -LiteralPath 'HKLM:\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters'
    Confirm-Check -Question 'Does the answer show every object: Hostname is fe01 and Domain is contoso.com?'
}

# ---- Clean server with the same FQDN
if (Test-Step -Id 'cms-bare.3' -Title 'No trace of an earlier installation' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    # Note: A restore never goes onto an existing server state.
    # An error with these words does not count: Cannot find any service
    try { Get-Service -Name @('RTC*', 'REPLICA', 'MASTER', 'FTA') } catch { Confirm-Check ('Error: {0}. Does it not count?' -f $_) }
    Confirm-Check -Question 'Does the answer show the number of objects is 0?'
}

# ---- Clean server with the same FQDN
if (Test-Step -Id 'cms-bare.4' -Title 'Restore or re-enrol the certificates' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    # Note: The OAuth certificate is one for the whole deployment and arrives by replication.
    Write-Host 'Put the server''s certificates with their private keys into the computer''s Personal store: import the saved ones with the Certificates MMC snap-in, or re-enrol with the internal CA. Do not request an OAuthTokenIssuer certificate.'
    [void] (Read-Host 'Press Enter when it is done')
    Get-ChildItem -Path 'Cert:\LocalMachine\My' | Out-Host
    Confirm-Check -Question 'Verify: does it show at least one object: HasPrivateKey is True and DnsNameList contains fe01.contoso.com?'
}

# ---- Clean server with the same FQDN
if (Test-Step -Id 'cms-bare.5' -Title 'Take an image' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Write-Host 'Take an image of the system now, after Windows and certificates and before anything is restored, and check that it can be read. It is the way back.'
    [void] (Read-Host 'Press Enter when it is done')
}

# ---- Restore the file store
if (Test-Step -Id 'cms-filestore.1' -Title 'Copy the file store back' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    # Note: Path and file names must be exactly as backed up; the permissions follow in cms-enable.
    Confirm-Check -Question 'Before: every server of the plan answers and lets us in?'
    Confirm-Check -Question 'Before: the account is in the groups the steps need?'
    Confirm-Check -Question 'Before: the server bears the name of the topology?'
    Confirm-Check -Question 'Before: the replacement server is clean?'
    Confirm-Check -Question 'Before: the server has the Windows of its pool?'
    Confirm-Check -Question 'Before: windows Firewall runs before Lync''s services start?'
    Confirm-Check -Question 'Before: the servers have room for what comes?'
    Confirm-Check -Question 'Before: certificates are there with key, names, chain and dates?'
    Confirm-Check -Question 'Before: trusted Root holds roots alone?'
    Confirm-Check -Question 'Before: the server has the farm''s Schannel setting?'
    Confirm-Check -Question 'Before: the clocks agree?'
    Confirm-Check -Question 'Before: the session reaches the backup share?'
    Confirm-Harm -Harm 'overwrites files in C:\LyncShare on fe01.contoso.com' -Name 'fe01.contoso.com'
    robocopy '\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\FileStore\fe01.contoso.com_LyncShare' 'C:\LyncShare' '/E' '/COPY:DATSO' '/DCOPY:T' '/R:2' '/W:5' '/XF' 'Meeting.Active'
    Assert-ExitCode -Low 0 -High 7
    Get-ChildItem -LiteralPath 'C:\LyncShare' | Out-Host
    Confirm-Check -Question 'Verify: does it show the number of objects is at least 1?'
    # To undo: none
}

# ---- Restore the file store
if (Test-Step -Id 'cms-filestore.2' -Title 'Share the folder' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    net 'share' 'LyncShare=C:\LyncShare' '/GRANT:Administrators,FULL'
    Assert-ExitCode -Low 0 -High 0
    Test-Path -LiteralPath '\\fe01.contoso.com\LyncShare' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: the value is True?'
    # To undo: net share LyncShare /DELETE
}

# ---- Prepare first Standard Edition server
if (Test-Step -Id 'cms-se-prepare' -Title 'Prepare first Standard Edition server' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    # Note: It may take long without visible progress; watch Task Manager.
    Write-Host 'On fe01.contoso.com start \setup\amd64\Setup.exe from the Lync media, then Prepare first Standard Edition server, and follow it to its end. It installs SQL Server Express with the instance of the Central Management store and opens the firewall.'
    [void] (Read-Host 'Press Enter when it is done')
    Write-Host 'On fe01.contoso.com\rtc as sql-admin run: sqlcmd ''-S'' ''fe01.contoso.com\rtc'' ''-E'' ''-b'' ''-Q'' ''SELECT @@SERVERNAME AS server_name, @@VERSION AS version_text, CAST(SERVERPROPERTY(N''''ProductVersion'''') AS nvarchar(128)) AS product_version, CAST(SERVERPROPERTY(N''''ProductLevel'''') AS nvarchar(128)) AS product_level, CAST(SERVERPROPERTY(N''''Edition'''') AS nvarchar(128)) AS edition, CAST(SERVERPROPERTY(N''''MachineName'''') AS nvarchar(128)) AS machine_name, CAST(SERVERPROPERTY(N''''InstanceName'''') AS nvarchar(128)) AS instance_name, CAST(SERVERPROPERTY(N''''Collation'''') AS nvarchar(128)) AS collation, IS_SRVROLEMEMBER(N''''sysadmin'''') AS is_sysadmin;'''
    Confirm-Check -Question 'Verify: does it show the number of objects is 1?'
}

# ---- Open the management shell
if (Test-Step -Id 'cms-shell.2' -Title 'This machine is at the update level of the others' -RunOn 'se01.contoso.com' -Account 'lync-admin') {
    # Note: Databases come at the level of the machine whose shell creates them.
    Get-ItemProperty -Path 'HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall\*'
    Confirm-Check -Question 'Does the answer show at least one object: DisplayName contains Server 2013, Core Components and DisplayVersion is 5.0.8308.887?'
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
    Confirm-Check -Question 'Before: every SQL instance of the plan answers and lets us in?'
    Confirm-Check -Question 'Before: every instance has its old name?'
    Confirm-Check -Question 'Before: the instances are of a fitting version?'
    Confirm-Check -Question 'Before: the database servers have room?'
    Confirm-Check -Question 'Before: the model database has its original size?'
    Confirm-Check -Question 'Before: no transaction log is about to be full?'
    Confirm-Check -Question 'Before: no database is owned by RTCUniversalServerAdmins?'
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

# ---- Lync Server Deployment Wizard
if (Test-Step -Id 'cms-wizard.1' -Title 'Step 1: Install Local Configuration Store' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Write-Host 'On se01.contoso.com as lync-admin run: Get-CsComputer -Identity ''fe01.contoso.com'''
    Confirm-Check -Question 'Before: the server''s name is in the topology: does it show at least one object: Fqdn is the host fe01.contoso.com?'
    Get-ItemProperty -LiteralPath 'HKLM:\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters' | Out-Host
    Confirm-Check -Question 'Before: the server bears exactly that name: does it show every object: Hostname is fe01 and Domain is contoso.com?'
    Write-Host 'On fe01.contoso.com, as a local administrator in RTCUniversalServerAdmins, start \setup\amd64\Setup.exe from the Lync media, then Install or Update Lync Server System. Step 1: Install Local Configuration Store, Run, Retrieve directly from the Central Management store, Next, Finish.'
    [void] (Read-Host 'Press Enter when it is done')
    Get-CsTopology -LocalStore | Out-Host
    Confirm-Check -Question 'Verify: does it show the number of objects is at least 1?'
}

# ---- Lync Server Deployment Wizard
if (Test-Step -Id 'cms-wizard.2' -Title 'Step 2: Setup or Remove Lync Server Components' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Write-Host 'In the same window, Step 2: Setup or Remove Lync Server Components, Run. It installs the roles the published topology names for fe01.contoso.com and recreates its collocated databases. Review the log, Finish. If it asks for a restart, restart and run step 2 again.'
    [void] (Read-Host 'Press Enter when it is done')
    Get-CsWindowsService | Out-Host
    Confirm-Check -Question 'Verify: does it show at least one object: Name is RTCSRV?'
}

# ---- Lync Server Deployment Wizard
if (Test-Step -Id 'cms-wizard.3' -Title 'Bring the server to the update level of the others' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Write-Host 'Close the wizard. Install the cumulative update that the other servers have, so that Programs and Features shows 5.0.8308.887; then open the wizard again.'
    [void] (Read-Host 'Press Enter when it is done')
    Get-ItemProperty -Path 'HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall\*' | Out-Host
    Confirm-Check -Question 'Verify: does it show at least one object: DisplayName contains Server 2013, Core Components and DisplayVersion is 5.0.8308.887?'
}

# ---- Lync Server Deployment Wizard
if (Test-Step -Id 'cms-wizard.4' -Title 'Step 3: Request, Install or Assign Certificates' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Write-Host 'Step 3: Request, Install or Assign Certificates, Run. Assign the restored certificates (Default, Web internal, Web external). Never request OAuthTokenIssuer on a rebuilt server; it arrives by replication. Finished when the status is Assigned.'
    [void] (Read-Host 'Press Enter when it is done')
    Get-CsCertificate | Out-Host
    Confirm-Check -Question 'Verify: does it show at least one object: Use is Default?'
}

# ---- Lync Server Deployment Wizard
if (Test-Step -Id 'cms-wizard.5' -Title 'Step 4: Start Services' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Write-Host 'Step 4: Start Services, Run, Next, Finish. The result is best effort; look at Service Status (Optional) and start what is not running.'
    [void] (Read-Host 'Press Enter when it is done')
    Get-CsWindowsService | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Status is Running (within 30 min)?'
}

# ---- Lync Server Deployment Wizard
if (Test-Step -Id 'cms-wizard.6' -Title 'The local databases are as expected' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Confirm-Check -Question 'Before: the Lync module is installed?'
    Confirm-Check -Question 'Before: every cmdlet and parameter of the plan exists there?'
    Test-CsDatabase -LocalService
    Confirm-Check -Question 'Does the answer show every object: Succeed is True?'
}

# ---- Lync Server Deployment Wizard
if (Test-Step -Id 'cms-wizard.7' -Title 'The configuration has reached the server' -RunOn 'se01.contoso.com' -Account 'lync-admin') {
    Get-CsManagementStoreReplicationStatus -ReplicaFqdn 'fe01.contoso.com'
    Get-CsManagementStoreReplicationStatus -ReplicaFqdn 'fe01.contoso.com' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: UpToDate is True (within 15 min)?'
}

# ---- Restore user data
if (Test-Step -Id 'cms-userdata.1' -Title 'Copy the export to the server and check it' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    robocopy '\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\UserData' 'C:\Restore\UserData' 'fe01.contoso.com.zip' '/COPY:DAT' '/R:2' '/W:5'
    Assert-ExitCode -Low 0 -High 7
    certutil '-hashfile' 'C:\Restore\UserData\fe01.contoso.com.zip' 'SHA256' | Out-Host
    Confirm-Check -Question 'Verify: does it show at least one object: the value contains c40851fdf8927d3abab8ae19ed9855a7519ed412fb77596a311250587e11dba9?'
}

# ---- Restore user data
if (Test-Step -Id 'cms-userdata.2' -Title 'Stop the Lync services' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Confirm-Harm -Harm 'stops Lync on fe01.contoso.com; its users are without service until the start' -Name 'fe01.contoso.com'
    Stop-CsWindowsService
    Get-CsWindowsService | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Status is Stopped (within 5 min)?'
    # To undo: Start-CsWindowsService
}

# ---- Restore user data
if (Test-Step -Id 'cms-userdata.3' -Title 'Import the user data' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    # Note: While one service of the pool still runs, the import says it succeeded and changes nothing (pitfall P41).
    # Note: Contacts whose unified contact store mode changed since the export may be corrupted (pitfall P42).
    Confirm-Check -Question 'Before: every server is at the farm''s update level?'
    Get-CsWindowsService | Out-Host
    Confirm-Check -Question 'Before: every Lync service of the pool is stopped: does it show every object: Status is Stopped?'
    Confirm-Check -Question 'Before: the pool is not served by its partner?'
    Confirm-Harm -Harm 'overwrites contacts and conferences of all users of fe01.contoso.com with those of the backup' -Name 'fe01.contoso.com'
    Import-CsUserData -PoolFqdn 'fe01.contoso.com' -FileName 'C:\Restore\UserData\fe01.contoso.com.zip'
    # To undo: none; import again from another set
}

# ---- Restore user data
if (Test-Step -Id 'cms-userdata.4' -Title 'Start the Lync services' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Start-CsWindowsService -NoWait
    Get-CsWindowsService | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Status is Running (within 60 min)?'
}

# ---- Restore user data
if (Test-Step -Id 'cms-userdata.5' -Title 'The user store is online' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Get-CsUserDatabaseState -RegistrarPool 'fe01.contoso.com'
    Confirm-Check -Question 'Does the answer show every object: Online is True?'
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

# Left out: Prepare both sides: not both sides are lost
# Left out: Bring the surviving mirror into service: there is no mirror of the CMS to be rescued
# Left out: Bring the surviving mirror into service in SQL Server: there is no mirror of the CMS to be rescued; rescue way cmdlet was chosen
# Left out: Take fresh exports from the surviving mirror: there is no mirror of the CMS to be rescued
# Left out: Save the surviving mirror: there is no mirror of the CMS to be rescued
# Left out: Are the exports and backups good?: there is no mirror of the CMS to be rescued
# Left out: Clean Back End Server with the same FQDN: no Enterprise Edition pool
# Left out: Clean Back End Servers for both sides: no Enterprise Edition pool; not both sides are lost
# Left out: Install SQL Server: no Enterprise Edition pool
# Left out: Install SQL Server on both sides: no Enterprise Edition pool; not both sides are lost
# Left out: Install the administrative tools on the server itself: another Lync server with a local replica works
# Left out: Take the replica: configuration survivor was not chosen
# Left out: Take the store's databases out of mirroring: the CMS is not mirrored; user store intact was not chosen
# Left out: Name the Central Management store and its mirror: the mirror does not exist yet, or there is none
# Left out: Restore xds and lis from the rescued backups: there is no mirror of the CMS to be rescued; the configuration comes from an export
# Left out: Stop the pool before its Back End is created empty: no Enterprise Edition pool
# Left out: Create the other databases, and the mirror: no Enterprise Edition pool
# Left out: Name the mirror in Active Directory: the CMS is not mirrored
# Left out: Restore the pool's user data: no Enterprise Edition pool
# Left out: Restore Response Group: not deployed; not in the backup set
# Left out: Restore Archiving and Monitoring data: no archiving or monitoring data on the Back End Server
# Left out: Restore Persistent Chat: the Persistent Chat database is elsewhere; not in the backup set
# Left out: Mirror the archiving and monitoring databases again: the CMS is not mirrored; no database of this Back End comes back by a SQL restore
# Left out: Restart all Front End Servers: the CMS is not mirrored; no database of this Back End comes back by a SQL restore
# Left out: Restart all Front End Servers after the change of the mirror: the CMS is not mirrored; user store intact was not chosen
# Left out: Kerberos account password: no Kerberos account
Write-Host 'Afterwards: Run Get-CsManagementStoreReplicationStatus once more after an hour; every replica must be up to date.'
Write-Host 'Afterwards: Restart a new host of the Central Management store once (pitfall P30).'
Write-Host 'Afterwards: Sign in a test user and look at the contact list.'
Write-Host 'Afterwards: Take a fresh backup into a new set.'
