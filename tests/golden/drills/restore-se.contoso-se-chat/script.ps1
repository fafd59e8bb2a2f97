# Restore a Standard Edition server (restore-se)
# Target: se01.contoso.com. Backup set: 2026-11-22T013000Z_contoso. Plan: sha256:67ef3f2153203476ab91383cdd6d8fc32a462b66a45d935795125fc623819414
# After: Restoring a Standard Edition server in Lync Server 2013
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
if (Test-Step -Id 'prepare/prep-decide' -Title 'Decide what to restore' -RunOn 'se01.contoso.com' -Account 'lync-admin') {
    # Note: Restore only when troubleshooting has failed; a restore costs downtime and everything since the backup.
    # Note: The person named in the plan decides. Have media, keys, certificates and the worksheets at hand before going on.
    Write-Host 'Decide: Decide what to restore (restore)'
    [void] (Read-Host 'Press Enter when it is done')
}

# ---- Prepare
if (Test-Step -Id 'prepare/prep-ad' -Title 'Keep the AD computer account' -RunOn 'dc01.contoso.com' -Account 'domain-admin') {
    # Note: Joining with the same name re-uses the account; deleting it loses the group memberships.
    # Note: Since October 2022 (KB5020276) only the account's creator or an allowed owner may join with it again.
    Write-Host 'Do not delete the computer account of se01.contoso.com when Windows is installed again. Have the AD administrator check that the account exists, is enabled, and is still a member of its Lync (RTC) groups; reset it if needed.'
    [void] (Read-Host 'Press Enter when it is done')
    Get-ADComputer -Identity 'se01' -Properties @('MemberOf') | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Enabled is True?'
}

# ---- Clean server with the same FQDN
if (Test-Step -Id 'se-bare.1' -Title 'Install Windows under the old name' -RunOn 'se01.contoso.com' -Account 'lync-admin') {
    # Note: A Front End Server gets the same Windows version as the other Front End Servers of its pool.
    # Note: With a wrong name or suffix the Deployment Wizard uninstalls every role (pitfall P10).
    Confirm-Harm -Harm 'the disks of the computer that becomes se01.contoso.com are wiped' -Name 'se01.contoso.com'
    Write-Host 'Install Windows on the replacement computer with the name se01.contoso.com: same computer name, same DNS suffix, same IP address and DNS record as before; join the domain with the existing computer account; install the patches and the Lync prerequisites; leave the Windows Firewall on.'
    [void] (Read-Host 'Press Enter when it is done')
    Get-CimInstance -ClassName 'Win32_ComputerSystem' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: DNSHostName is se01 and PartOfDomain is True and Domain is contoso.com?'
    # To undo: none; whatever is on the disks is gone
}

# ---- Clean server with the same FQDN
if (Test-Step -Id 'se-bare.2' -Title 'The name and the DNS suffix are those of the topology' -RunOn 'se01.contoso.com' -Account 'lync-admin') {
    # Note: Being in the right domain is not enough; the primary DNS suffix must be right as well.
    Get-ItemProperty -LiteralPath 'HKLM:\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters'
    Confirm-Check -Question 'Does the answer show every object: Hostname is se01 and Domain is contoso.com?'
}

# ---- Clean server with the same FQDN
if (Test-Step -Id 'se-bare.3' -Title 'No trace of an earlier installation' -RunOn 'se01.contoso.com' -Account 'lync-admin') {
    # Note: A restore never goes onto an existing server state.
    # An error with these words does not count: Cannot find any service
    try { Get-Service -Name @('RTC*', 'REPLICA', 'MASTER', 'FTA') } catch { Confirm-Check ('Error: {0}. Does it not count?' -f $_) }
    Confirm-Check -Question 'Does the answer show the number of objects is 0?'
}

# ---- Clean server with the same FQDN
if (Test-Step -Id 'se-bare.4' -Title 'Restore or re-enrol the certificates' -RunOn 'se01.contoso.com' -Account 'lync-admin') {
    # Note: The OAuth certificate is one for the whole deployment and arrives by replication.
    Write-Host 'Put the server''s certificates with their private keys into the computer''s Personal store: import the saved ones with the Certificates MMC snap-in, or re-enrol with the internal CA. Do not request an OAuthTokenIssuer certificate.'
    [void] (Read-Host 'Press Enter when it is done')
    Get-ChildItem -Path 'Cert:\LocalMachine\My' | Out-Host
    Confirm-Check -Question 'Verify: does it show at least one object: HasPrivateKey is True and DnsNameList contains se01.contoso.com?'
}

# ---- Clean server with the same FQDN
if (Test-Step -Id 'se-bare.5' -Title 'Take an image' -RunOn 'se01.contoso.com' -Account 'lync-admin') {
    Write-Host 'Take an image of the system now, after Windows and certificates and before anything is restored, and check that it can be read. It is the way back.'
    [void] (Read-Host 'Press Enter when it is done')
}

# ---- Restore the file store
if (Test-Step -Id 'se-filestore.1' -Title 'Copy the file store back' -RunOn 'se01.contoso.com' -Account 'lync-admin') {
    # Note: Path and file names must be exactly as backed up, or components will not find their files.
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
    Confirm-Harm -Harm 'overwrites files in C:\LyncShare on se01.contoso.com' -Name 'se01.contoso.com'
    robocopy '\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\FileStore\se01.contoso.com_LyncShare' 'C:\LyncShare' '/E' '/COPY:DATSO' '/DCOPY:T' '/R:2' '/W:5' '/XF' 'Meeting.Active'
    Assert-ExitCode -Low 0 -High 7
    Get-ChildItem -LiteralPath 'C:\LyncShare' | Out-Host
    Confirm-Check -Question 'Verify: does it show the number of objects is at least 1?'
    # To undo: none
}

# ---- Restore the file store
if (Test-Step -Id 'se-filestore.2' -Title 'Share the folder' -RunOn 'se01.contoso.com' -Account 'lync-admin') {
    # Note: The recorded share permissions win; the grant to Administrators is enough for the next steps to do the rest.
    net 'share' 'LyncShare=C:\LyncShare' '/GRANT:Administrators,FULL'
    Assert-ExitCode -Low 0 -High 0
    Test-Path -LiteralPath '\\se01.contoso.com\LyncShare' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: the value is True?'
    # To undo: net share LyncShare /DELETE
}

# ---- Download the topology
if (Test-Step -Id 'se-topology.1' -Title 'Download the topology in Topology Builder' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    # Note: Never publish a saved .tbxml file; it undoes every change made since it was saved.
    Write-Host 'On fe01.contoso.com open Lync Server Topology Builder, choose Download Topology from existing deployment, OK, select the topology, Save, Yes. Look for se01.contoso.com with its old definition. Publish nothing.'
    [void] (Read-Host 'Press Enter when it is done')
    Get-CsComputer -Identity 'se01.contoso.com' | Out-Host
    Confirm-Check -Question 'Verify: does it show at least one object: Fqdn is the host se01.contoso.com?'
}

# ---- Set the file store's permissions
if (Test-Step -Id 'se-acl.1' -Title 'Make the folder for the report' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    New-Item -ItemType 'Directory' -Path 'C:\Logs' -Force
}

# ---- Set the file store's permissions
if (Test-Step -Id 'se-acl.2' -Title 'Enable the topology' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Confirm-Check -Question 'Before: every cmdlet and parameter of the plan exists there?'
    Test-Path -LiteralPath '\\se01.contoso.com\LyncShare' | Out-Host
    Confirm-Check -Question 'Before: the file store''s share exists: does it show every object: the value is True?'
    Confirm-Harm -Harm 'rewrites permissions of the share, AD objects and ACLs according to the topology' -Name 'se01.contoso.com'
    Enable-CsTopology -Report 'C:\Logs\Enable_Topology.html'
    # To undo: run Enable-CsTopology again; it is harmless to repeat
}

# ---- Lync Server Deployment Wizard
if (Test-Step -Id 'se-wizard.1' -Title 'Step 1: Install Local Configuration Store' -RunOn 'se01.contoso.com' -Account 'lync-admin') {
    Write-Host 'On fe01.contoso.com as lync-admin run: Get-CsComputer -Identity ''se01.contoso.com'''
    Confirm-Check -Question 'Before: the server''s name is in the topology: does it show at least one object: Fqdn is the host se01.contoso.com?'
    Get-ItemProperty -LiteralPath 'HKLM:\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters' | Out-Host
    Confirm-Check -Question 'Before: the server bears exactly that name: does it show every object: Hostname is se01 and Domain is contoso.com?'
    Write-Host 'On se01.contoso.com, as a local administrator in RTCUniversalServerAdmins, start \setup\amd64\Setup.exe from the Lync media, then Install or Update Lync Server System. Step 1: Install Local Configuration Store, Run, Retrieve directly from the Central Management store, Next, Finish.'
    [void] (Read-Host 'Press Enter when it is done')
    Get-CsTopology -LocalStore | Out-Host
    Confirm-Check -Question 'Verify: does it show the number of objects is at least 1?'
}

# ---- Lync Server Deployment Wizard
if (Test-Step -Id 'se-wizard.2' -Title 'Step 2: Setup or Remove Lync Server Components' -RunOn 'se01.contoso.com' -Account 'lync-admin') {
    Write-Host 'In the same window, Step 2: Setup or Remove Lync Server Components, Run. It installs the roles the published topology names for se01.contoso.com and recreates its collocated databases. Review the log, Finish. If it asks for a restart, restart and run step 2 again.'
    [void] (Read-Host 'Press Enter when it is done')
    Get-CsWindowsService | Out-Host
    Confirm-Check -Question 'Verify: does it show at least one object: Name is RTCSRV?'
}

# ---- Lync Server Deployment Wizard
if (Test-Step -Id 'se-wizard.3' -Title 'Bring the server to the update level of the others' -RunOn 'se01.contoso.com' -Account 'lync-admin') {
    Write-Host 'Close the wizard. Install the cumulative update that the other servers have, so that Programs and Features shows 5.0.8308.887; then open the wizard again.'
    [void] (Read-Host 'Press Enter when it is done')
    Get-ItemProperty -Path 'HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall\*' | Out-Host
    Confirm-Check -Question 'Verify: does it show at least one object: DisplayName contains Server 2013, Core Components and DisplayVersion is 5.0.8308.887?'
}

# ---- Lync Server Deployment Wizard
if (Test-Step -Id 'se-wizard.4' -Title 'Step 3: Request, Install or Assign Certificates' -RunOn 'se01.contoso.com' -Account 'lync-admin') {
    Write-Host 'Step 3: Request, Install or Assign Certificates, Run. Assign the restored certificates (Default, Web internal, Web external). Never request OAuthTokenIssuer on a rebuilt server; it arrives by replication. Finished when the status is Assigned.'
    [void] (Read-Host 'Press Enter when it is done')
    Get-CsCertificate | Out-Host
    Confirm-Check -Question 'Verify: does it show at least one object: Use is Default?'
}

# ---- Lync Server Deployment Wizard
if (Test-Step -Id 'se-wizard.5' -Title 'Step 4: Start Services' -RunOn 'se01.contoso.com' -Account 'lync-admin') {
    Write-Host 'Step 4: Start Services, Run, Next, Finish. The result is best effort; look at Service Status (Optional) and start what is not running.'
    [void] (Read-Host 'Press Enter when it is done')
    Get-CsWindowsService | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Status is Running (within 30 min)?'
}

# ---- Lync Server Deployment Wizard
if (Test-Step -Id 'se-wizard.6' -Title 'The local databases are as expected' -RunOn 'se01.contoso.com' -Account 'lync-admin') {
    Confirm-Check -Question 'Before: the Lync module is installed?'
    Confirm-Check -Question 'Before: sessions read the Central Management store from the server?'
    Confirm-Check -Question 'Before: every cmdlet and parameter of the plan exists there?'
    Test-CsDatabase -LocalService
    Confirm-Check -Question 'Does the answer show every object: Succeed is True?'
}

# ---- Lync Server Deployment Wizard
if (Test-Step -Id 'se-wizard.7' -Title 'The configuration has reached the server' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Get-CsManagementStoreReplicationStatus -ReplicaFqdn 'se01.contoso.com'
    Get-CsManagementStoreReplicationStatus -ReplicaFqdn 'se01.contoso.com' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: UpToDate is True (within 15 min)?'
}

# ---- Restore user data
if (Test-Step -Id 'se-userdata.1' -Title 'Copy the export to the server and check it' -RunOn 'se01.contoso.com' -Account 'lync-admin') {
    robocopy '\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\UserData' 'C:\Restore\UserData' 'se01.contoso.com.zip' '/COPY:DAT' '/R:2' '/W:5'
    Assert-ExitCode -Low 0 -High 7
    certutil '-hashfile' 'C:\Restore\UserData\se01.contoso.com.zip' 'SHA256' | Out-Host
    Confirm-Check -Question 'Verify: does it show at least one object: the value contains 0abe7cb16ea44e754beb8bdb2c70c032dd0597717ea036225ed209c188a05312?'
}

# ---- Restore user data
if (Test-Step -Id 'se-userdata.2' -Title 'Stop the Lync services' -RunOn 'se01.contoso.com' -Account 'lync-admin') {
    Confirm-Harm -Harm 'stops Lync on se01.contoso.com; its users are without service until the start' -Name 'se01.contoso.com'
    Stop-CsWindowsService
    Get-CsWindowsService | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Status is Stopped (within 5 min)?'
    # To undo: Start-CsWindowsService
}

# ---- Restore user data
if (Test-Step -Id 'se-userdata.3' -Title 'Import the user data' -RunOn 'se01.contoso.com' -Account 'lync-admin') {
    # Note: While one service of the pool still runs, the import says it succeeded and changes nothing (pitfall P41).
    # Note: Contacts whose unified contact store mode changed since the export may be corrupted (pitfall P42).
    Confirm-Check -Question 'Before: every server is at the farm''s update level?'
    Get-CsWindowsService | Out-Host
    Confirm-Check -Question 'Before: every Lync service of the pool is stopped: does it show every object: Status is Stopped?'
    Confirm-Check -Question 'Before: the pool is not served by its partner?'
    Confirm-Harm -Harm 'overwrites contacts and conferences of all users of se01.contoso.com with those of the backup' -Name 'se01.contoso.com'
    Import-CsUserData -PoolFqdn 'se01.contoso.com' -FileName 'C:\Restore\UserData\se01.contoso.com.zip'
    # To undo: none; import again from another set
}

# ---- Restore user data
if (Test-Step -Id 'se-userdata.4' -Title 'Start the Lync services' -RunOn 'se01.contoso.com' -Account 'lync-admin') {
    Start-CsWindowsService -NoWait
    Get-CsWindowsService | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Status is Running (within 60 min)?'
}

# ---- Restore user data
if (Test-Step -Id 'se-userdata.5' -Title 'The user store is online' -RunOn 'se01.contoso.com' -Account 'lync-admin') {
    Get-CsUserDatabaseState -RegistrarPool 'se01.contoso.com'
    Confirm-Check -Question 'Does the answer show every object: Online is True?'
}

# ---- Restore Response Group
if (Test-Step -Id 'restore-rgs/rgs-import.1' -Title 'Copy the export to the server and check it' -RunOn 'se01.contoso.com' -Account 'lync-admin') {
    robocopy '\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\Rgs' 'C:\Restore\Rgs' 'se01.contoso.com.zip' '/COPY:DAT' '/R:2' '/W:5'
    Assert-ExitCode -Low 0 -High 7
    certutil '-hashfile' 'C:\Restore\Rgs\se01.contoso.com.zip' 'SHA256' | Out-Host
    Confirm-Check -Question 'Verify: does it show at least one object: the value contains 719b333a611fac6766e5ffbcb0e3e9f98b58e24a5206f20df73b991fc7d949d2?'
}

# ---- Restore Response Group
if (Test-Step -Id 'restore-rgs/rgs-import.2' -Title 'Import, taking ownership of the contact objects' -RunOn 'se01.contoso.com' -Account 'lync-admin') {
    # Note: Without -OverwriteOwner the import fails, because the contact objects already exist in AD (pitfall P44).
    Confirm-Check -Question 'Before: no Response Group name is taken?'
    Get-CsWindowsService | Out-Host
    Confirm-Check -Question 'Before: the services of the pool run: does it show every object: Status is Running?'
    Confirm-Harm -Harm 'writes the Response Groups of se01.contoso.com and takes ownership of their contact objects in AD' -Name 'se01.contoso.com'
    Import-CsRgsConfiguration -Destination 'service:ApplicationServer:se01.contoso.com' -FileName 'C:\Restore\Rgs\se01.contoso.com.zip' -OverwriteOwner -ReplaceExistingRgsSettings
    Get-CsRgsWorkflow -Identity 'service:ApplicationServer:se01.contoso.com' -ShowAll | Out-Host
    Confirm-Check -Question 'Verify: does it show the number of objects is at least 1?'
    # To undo: none; import again from another set
}

# ---- Restore Response Group
if (Test-Step -Id 'restore-rgs/rgs-verify.1' -Title 'Workflows' -RunOn 'se01.contoso.com' -Account 'lync-admin') {
    Get-CsRgsWorkflow -Identity 'service:ApplicationServer:se01.contoso.com' -ShowAll
    Confirm-Check -Question 'Does the answer show the number of objects is at least 1?'
}

# ---- Restore Response Group
if (Test-Step -Id 'restore-rgs/rgs-verify.2' -Title 'Queues' -RunOn 'se01.contoso.com' -Account 'lync-admin') {
    Get-CsRgsQueue -Identity 'service:ApplicationServer:se01.contoso.com' -ShowAll
}

# ---- Restore Response Group
if (Test-Step -Id 'restore-rgs/rgs-verify.3' -Title 'Agent groups' -RunOn 'se01.contoso.com' -Account 'lync-admin') {
    Get-CsRgsAgentGroup -Identity 'service:ApplicationServer:se01.contoso.com' -ShowAll
}

# ---- Restore Response Group
if (Test-Step -Id 'restore-rgs/rgs-verify.4' -Title 'Business hours' -RunOn 'se01.contoso.com' -Account 'lync-admin') {
    Get-CsRgsHoursOfBusiness -Identity 'service:ApplicationServer:se01.contoso.com' -ShowAll
}

# ---- Restore Response Group
if (Test-Step -Id 'restore-rgs/rgs-verify.5' -Title 'Holiday sets' -RunOn 'se01.contoso.com' -Account 'lync-admin') {
    Get-CsRgsHolidaySet -Identity 'service:ApplicationServer:se01.contoso.com' -ShowAll
}

# ---- Restore Persistent Chat
if (Test-Step -Id 'restore-pchat/pc-stop.2' -Title 'Stop the Persistent Chat service only' -RunOn 'se01.contoso.com' -Account 'lync-admin') {
    # Note: The other services of the server go on; its users notice nothing but Persistent Chat.
    Confirm-Harm -Harm 'stops Persistent Chat on se01.contoso.com; its rooms are out of service until the start' -Name 'se01.contoso.com'
    Get-CsWindowsService | Where-Object -Property 'DisplayName' -Value '*Persistent Chat*' -Like | Stop-CsWindowsService
    Get-CsWindowsService | Where-Object -Property 'DisplayName' -Value '*Persistent Chat*' -Like | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Status is Stopped (within 5 min)?'
    # To undo: start the same services
}

# ---- Restore Persistent Chat
if (Test-Step -Id 'restore-pchat/pc-sql.1@mgc' -Title 'Read the backup to its end' -RunOn 'se01.contoso.com\RTC' -Account 'sql-admin') {
    # Note: A backup that was made without checksums is refused here; restore it by hand, without CHECKSUM.
    sqlcmd '-S' 'se01.contoso.com\RTC' '-E' '-b' '-Q' 'RESTORE VERIFYONLY FROM DISK = N''\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\Sql\se01.contoso.com_RTC\mgc.bak'' WITH CHECKSUM, STATS = 5;'
    Assert-ExitCode -Low 0 -High 0
}

# ---- Restore Persistent Chat
if (Test-Step -Id 'restore-pchat/pc-sql.2@mgc' -Title 'Restore the database' -RunOn 'se01.contoso.com\RTC' -Account 'sql-admin') {
    # Note: The files go where those of the present database lie; their logical names are read from the backup.
    # Note: Everyone is let in again even when the restore fails.
    sqlcmd '-S' 'se01.contoso.com\RTC' '-E' '-b' '-Q' 'EXEC master.dbo.xp_fileexist N''\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\Sql\se01.contoso.com_RTC\mgc.bak'';' | Out-Host
    Confirm-Check -Question 'Before: the SQL service account sees the backup file: does it show every object: File Exists is 1?'
    sqlcmd '-S' 'se01.contoso.com\RTC' '-E' '-b' '-Q' 'SELECT spid, loginame, hostname, program_name FROM sys.sysprocesses WHERE dbid = DB_ID(N''mgc'') ORDER BY spid;' | Out-Host
    Confirm-Check -Question 'Before: no Persistent Chat service is connected to the database: does it show the number of objects is 0?'
    Confirm-Harm -Harm 'replaces everything in mgc on se01.contoso.com\RTC by the backup and ends its connections' -Name 'se01.contoso.com'
    sqlcmd '-S' 'se01.contoso.com\RTC' '-E' '-b' '-Q' 'RESTORE FILELISTONLY FROM DISK = N''\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\Sql\se01.contoso.com_RTC\mgc.bak'';' | Out-Host
    $Read_LogicalNames = Read-Value -Question 'LogicalName (from se01.contoso.com\RTC)'
    sqlcmd '-S' 'se01.contoso.com\RTC' '-E' '-b' '-Q' 'SELECT name, physical_name, type_desc, file_id, size / 128 AS size_mb FROM sys.master_files WHERE database_id = DB_ID(N''mgc'') ORDER BY file_id;' | Out-Host
    $Read_Files = Read-Value -Question 'physical_name (from se01.contoso.com\RTC)'
    sqlcmd '-S' 'se01.contoso.com\RTC' '-E' '-b' '-Q' ('USE [master];
IF EXISTS (SELECT 1 FROM sys.databases WHERE name = N''mgc'' AND state_desc = N''ONLINE'') ALTER DATABASE [mgc] SET SINGLE_USER WITH ROLLBACK IMMEDIATE;
RESTORE DATABASE [mgc] FROM DISK = N''\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\Sql\se01.contoso.com_RTC\mgc.bak'' WITH REPLACE, RECOVERY, CHECKSUM, STATS = 5, MOVE N''<Read:LogicalNames>'' TO N''<Read:Files>'';
IF EXISTS (SELECT 1 FROM sys.databases WHERE name = N''mgc'' AND state_desc = N''ONLINE'' AND user_access_desc <> N''MULTI_USER'') ALTER DATABASE [mgc] SET MULTI_USER;'.Replace(', MOVE N''<Read:LogicalNames>'' TO N''<Read:Files>''', (Join-Move -Name $Read_LogicalNames -File $Read_Files)))
    Assert-ExitCode -Low 0 -High 0
    sqlcmd '-S' 'se01.contoso.com\RTC' '-E' '-b' '-Q' 'SELECT name, database_id, state_desc, recovery_model_desc, user_access_desc FROM sys.databases WHERE name = N''mgc'';' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: state_desc is ONLINE and user_access_desc is MULTI_USER; the number of objects is 1?'
    # To undo: none; restore another backup of the same database
}

# ---- Restore Persistent Chat
if (Test-Step -Id 'restore-pchat/pc-sql.3@mgc' -Title 'Give Lync''s services access' -RunOn 'se01.contoso.com\RTC' -Account 'sql-admin') {
    sqlcmd '-S' 'se01.contoso.com\RTC' '-E' '-b' '-Q' 'USE [master];
IF SUSER_ID(N''CONTOSO\RTCComponentUniversalServices'') IS NULL CREATE LOGIN [CONTOSO\RTCComponentUniversalServices] FROM WINDOWS;
USE [mgc];
IF DATABASE_PRINCIPAL_ID(N''CONTOSO\RTCComponentUniversalServices'') IS NULL CREATE USER [CONTOSO\RTCComponentUniversalServices] FOR LOGIN [CONTOSO\RTCComponentUniversalServices];
EXEC sp_addrolemember N''ServerRole'', N''CONTOSO\RTCComponentUniversalServices'';
USE [master];'
    Assert-ExitCode -Low 0 -High 0
    sqlcmd '-S' 'se01.contoso.com\RTC' '-E' '-b' '-Q' 'USE [mgc];
SELECT SUSER_ID(N''CONTOSO\RTCComponentUniversalServices'') AS login_id, DATABASE_PRINCIPAL_ID(N''CONTOSO\RTCComponentUniversalServices'') AS user_id, CASE WHEN EXISTS (SELECT 1 FROM sys.database_role_members WHERE role_principal_id = DATABASE_PRINCIPAL_ID(N''ServerRole'') AND member_principal_id = DATABASE_PRINCIPAL_ID(N''CONTOSO\RTCComponentUniversalServices'')) THEN 1 ELSE 0 END AS in_role;
USE [master];' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: login_id is not empty and in_role is 1?'
}

# ---- Restore Persistent Chat
if (Test-Step -Id 'restore-pchat/pc-start.2' -Title 'Start the Persistent Chat service' -RunOn 'se01.contoso.com' -Account 'lync-admin') {
    Get-CsWindowsService | Where-Object -Property 'DisplayName' -Value '*Persistent Chat*' -Like | Start-CsWindowsService
    Get-CsWindowsService | Where-Object -Property 'DisplayName' -Value '*Persistent Chat*' -Like | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Status is Running (within 30 min)?'
}

# ---- Restore Persistent Chat
if (Test-Step -Id 'restore-pchat/pc-start.3' -Title 'List the categories' -RunOn 'se01.contoso.com' -Account 'chat-admin') {
    Get-CsPersistentChatCategory
    Confirm-Check -Question 'Does the answer show the number of objects is at least 1?'
}

# ---- Restore Persistent Chat
if (Test-Step -Id 'restore-pchat/pc-start.4' -Title 'List the rooms' -RunOn 'se01.contoso.com' -Account 'chat-admin') {
    # Note: Compare them with the list of the backup.
    Get-CsPersistentChatRoom
    Confirm-Check -Question 'Does the answer show the number of objects is at least 1?'
}

# Left out: Make the Persistent Chat database again: the Persistent Chat database lies on a server of the pool or Back End
# Left out: Stop the services of the Persistent Chat Server: Persistent Chat runs on the servers of the pool itself
# Left out: Save what is there before the import: restored from the SQL backup, or no export in the set
# Left out: Import the exported Persistent Chat data: restored from the SQL backup, or no export in the set
# Left out: Start the services of the Persistent Chat Server: Persistent Chat runs on the servers of the pool itself
# Left out: Kerberos account password: no Kerberos account
Write-Host 'Afterwards: Sign in a test user and look at the contact list.'
Write-Host 'Afterwards: Run Get-CsManagementStoreReplicationStatus and Get-CsWindowsService once more after an hour.'
Write-Host 'Afterwards: Take a fresh backup into a new set.'
Write-Host 'Afterwards: The Address Book is generated again by itself.'
