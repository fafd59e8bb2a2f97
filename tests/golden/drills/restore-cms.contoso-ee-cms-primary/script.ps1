# Restore the server that hosts the Central Management store (restore-cms)
# Target: pool01.contoso.com. Backup set: 2026-11-22T013000Z_contoso. Plan: sha256:b8ed1e0e800266b65d689b53ad0a301da9832105c5073990fedeecce3980c60d
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

# ---- Prepare
if (Test-Step -Id 'prepare/prep-ad' -Title 'Keep the AD computer account' -RunOn 'dc01.contoso.com' -Account 'domain-admin') {
    # Note: Joining with the same name re-uses the account; deleting it loses the group memberships.
    # Note: Since October 2022 (KB5020276) only the account's creator or an allowed owner may join with it again.
    Write-Host 'Do not delete the computer account of sql01.contoso.com when Windows is installed again. Have the AD administrator check that the account exists, is enabled, and is still a member of its Lync (RTC) groups; reset it if needed.'
    [void] (Read-Host 'Press Enter when it is done')
    Get-ADComputer -Identity 'sql01' -Properties @('MemberOf') | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Enabled is True?'
}

# ---- Bring the surviving mirror into service
if (Test-Step -Id 'cms-rescue-failover.1' -Title 'Look at the mirroring from the local replica' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Confirm-Check -Question 'Before: every cmdlet and parameter of the plan exists there?'
    Get-CsDatabaseMirrorState -PoolFqdn 'pool01.contoso.com' -LocalStore
}

# ---- Bring the surviving mirror into service
if (Test-Step -Id 'cms-rescue-failover.2@CentralMgmt' -Title 'Make the mirror the principal by force' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    # Note: The failed primary is off and stays off.
    # Note: Where this fails, stop and plan again with rescue-way force or recover (cms-rescue-tsql).
    Write-Host 'On sql02.contoso.com\RTC as sql-admin run: sqlcmd ''-S'' ''sql02.contoso.com\RTC'' ''-E'' ''-b'' ''-Q'' ''SELECT @@SERVERNAME AS server_name, @@VERSION AS version_text, CAST(SERVERPROPERTY(N''''ProductVersion'''') AS nvarchar(128)) AS product_version, CAST(SERVERPROPERTY(N''''ProductLevel'''') AS nvarchar(128)) AS product_level, CAST(SERVERPROPERTY(N''''Edition'''') AS nvarchar(128)) AS edition, CAST(SERVERPROPERTY(N''''MachineName'''') AS nvarchar(128)) AS machine_name, CAST(SERVERPROPERTY(N''''InstanceName'''') AS nvarchar(128)) AS instance_name, CAST(SERVERPROPERTY(N''''Collation'''') AS nvarchar(128)) AS collation, IS_SRVROLEMEMBER(N''''sysadmin'''') AS is_sysadmin;'''
    Confirm-Check -Question 'Before: the mirror answers: does it show the number of objects is 1?'
    Confirm-Harm -Harm 'makes the mirror of the CentralMgmt databases the principal by force; last transactions may be lost' -Name 'sql02.contoso.com'
    Invoke-CsDatabaseFailover -PoolFqdn 'pool01.contoso.com' -DatabaseType 'CentralMgmt' -NewPrincipal 'Mirror' -Force -LocalStore -Verbose
    Get-CsDatabaseMirrorState -PoolFqdn 'pool01.contoso.com' -DatabaseType 'CentralMgmt' -LocalStore | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: StateOnMirror is Principal?'
    # To undo: none while the old primary is off
}

# ---- Bring the surviving mirror into service
if (Test-Step -Id 'cms-rescue-failover.2@User' -Title 'Make the mirror the principal by force' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    # Note: The failed primary is off and stays off.
    # Note: Where this fails, stop and plan again with rescue-way force or recover (cms-rescue-tsql).
    Write-Host 'On sql02.contoso.com\RTC as sql-admin run: sqlcmd ''-S'' ''sql02.contoso.com\RTC'' ''-E'' ''-b'' ''-Q'' ''SELECT @@SERVERNAME AS server_name, @@VERSION AS version_text, CAST(SERVERPROPERTY(N''''ProductVersion'''') AS nvarchar(128)) AS product_version, CAST(SERVERPROPERTY(N''''ProductLevel'''') AS nvarchar(128)) AS product_level, CAST(SERVERPROPERTY(N''''Edition'''') AS nvarchar(128)) AS edition, CAST(SERVERPROPERTY(N''''MachineName'''') AS nvarchar(128)) AS machine_name, CAST(SERVERPROPERTY(N''''InstanceName'''') AS nvarchar(128)) AS instance_name, CAST(SERVERPROPERTY(N''''Collation'''') AS nvarchar(128)) AS collation, IS_SRVROLEMEMBER(N''''sysadmin'''') AS is_sysadmin;'''
    Confirm-Check -Question 'Before: the mirror answers: does it show the number of objects is 1?'
    Confirm-Harm -Harm 'makes the mirror of the User databases the principal by force; last transactions may be lost' -Name 'sql02.contoso.com'
    Invoke-CsDatabaseFailover -PoolFqdn 'pool01.contoso.com' -DatabaseType 'User' -NewPrincipal 'Mirror' -Force -LocalStore -Verbose
    Get-CsDatabaseMirrorState -PoolFqdn 'pool01.contoso.com' -DatabaseType 'User' -LocalStore | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: StateOnMirror is Principal?'
    # To undo: none while the old primary is off
}

# ---- Bring the surviving mirror into service
if (Test-Step -Id 'cms-rescue-failover.2@Application' -Title 'Make the mirror the principal by force' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    # Note: The failed primary is off and stays off.
    # Note: Where this fails, stop and plan again with rescue-way force or recover (cms-rescue-tsql).
    Write-Host 'On sql02.contoso.com\RTC as sql-admin run: sqlcmd ''-S'' ''sql02.contoso.com\RTC'' ''-E'' ''-b'' ''-Q'' ''SELECT @@SERVERNAME AS server_name, @@VERSION AS version_text, CAST(SERVERPROPERTY(N''''ProductVersion'''') AS nvarchar(128)) AS product_version, CAST(SERVERPROPERTY(N''''ProductLevel'''') AS nvarchar(128)) AS product_level, CAST(SERVERPROPERTY(N''''Edition'''') AS nvarchar(128)) AS edition, CAST(SERVERPROPERTY(N''''MachineName'''') AS nvarchar(128)) AS machine_name, CAST(SERVERPROPERTY(N''''InstanceName'''') AS nvarchar(128)) AS instance_name, CAST(SERVERPROPERTY(N''''Collation'''') AS nvarchar(128)) AS collation, IS_SRVROLEMEMBER(N''''sysadmin'''') AS is_sysadmin;'''
    Confirm-Check -Question 'Before: the mirror answers: does it show the number of objects is 1?'
    Confirm-Harm -Harm 'makes the mirror of the Application databases the principal by force; last transactions may be lost' -Name 'sql02.contoso.com'
    Invoke-CsDatabaseFailover -PoolFqdn 'pool01.contoso.com' -DatabaseType 'Application' -NewPrincipal 'Mirror' -Force -LocalStore -Verbose
    Get-CsDatabaseMirrorState -PoolFqdn 'pool01.contoso.com' -DatabaseType 'Application' -LocalStore | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: StateOnMirror is Principal?'
    # To undo: none while the old primary is off
}

# ---- Bring the surviving mirror into service
if (Test-Step -Id 'cms-rescue-failover.3' -Title 'The configuration can be read again' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    # Note: Where it cannot, look whether Get-CsConfigurationStoreLocation names the mirror; if not, Set-CsConfigurationStoreLocation with the mirror's parameters (cms-scp-mirror).
    Get-CsTopology
    Confirm-Check -Question 'Does the answer show the number of objects is at least 1?'
}

# ---- Take fresh exports from the surviving mirror
if (Test-Step -Id 'cms-rescue-export.1' -Title 'Make a new folder for what is rescued' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    New-Item -ItemType 'Directory' -Path '\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso-rescue'
    Test-Path -LiteralPath '\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso-rescue' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: the value is True?'
}

# ---- Take fresh exports from the surviving mirror
if (Test-Step -Id 'cms-rescue-export.2' -Title 'Make the local folders' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    New-Item -ItemType 'Directory' -Path @('C:\Rescue\UserData', 'C:\Rescue\Rgs') -Force
}

# ---- Take fresh exports from the surviving mirror
if (Test-Step -Id 'cms-rescue-export.3' -Title 'Export the configuration' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    # Note: Where the store cannot be read at all
    # Note: cms-local-store is the next best source.
    Export-CsConfiguration -FileName 'C:\Rescue\Config.zip'
    Get-Item -LiteralPath 'C:\Rescue\Config.zip' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Length is at least 100?'
}

# ---- Take fresh exports from the surviving mirror
if (Test-Step -Id 'cms-rescue-export.4' -Title 'Export the location information' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Export-CsLisConfiguration -FileName 'C:\Rescue\E911Config.zip'
    Get-Item -LiteralPath 'C:\Rescue\E911Config.zip' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Length is at least 1?'
}

# ---- Take fresh exports from the surviving mirror
if (Test-Step -Id 'cms-rescue-export.5' -Title 'Export the user data' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    # Note: What users change after this is lost when both sides are rebuilt; warn them, or stop the services first.
    Export-CsUserData -PoolFqdn 'pool01.contoso.com' -FileName 'C:\Rescue\UserData\pool01.contoso.com.zip'
    Get-Item -LiteralPath 'C:\Rescue\UserData\pool01.contoso.com.zip' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Length is at least 100?'
}

# ---- Take fresh exports from the surviving mirror
if (Test-Step -Id 'cms-rescue-export.6' -Title 'Export the Response Group configuration' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Export-CsRgsConfiguration -Source 'service:ApplicationServer:pool01.contoso.com' -FileName 'C:\Rescue\Rgs\pool01.contoso.com.zip'
    Get-Item -LiteralPath 'C:\Rescue\Rgs\pool01.contoso.com.zip' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Length is at least 100?'
}

# ---- Take fresh exports from the surviving mirror
if (Test-Step -Id 'cms-rescue-export.7' -Title 'Copy everything into the rescue set' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Confirm-Check -Question 'Before: the session reaches the backup share?'
    robocopy 'C:\Rescue' '\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso-rescue' '/E' '/COPY:DATSO' '/DCOPY:T' '/R:2' '/W:5'
    Assert-ExitCode -Low 0 -High 7
    Get-ChildItem -LiteralPath '\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso-rescue' -Recurse -File | Out-Host
    Confirm-Check -Question 'Verify: does it show the number of objects is at least 1?'
}

# ---- Save the surviving mirror
if (Test-Step -Id 'cms-rescue-mirror.1' -Title 'Make the folder for the SQL backups' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    New-Item -ItemType 'Directory' -Path '\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso-rescue\Sql\sql02.contoso.com_RTC' -Force
}

# ---- Save the surviving mirror
if (Test-Step -Id 'cms-rescue-mirror.2@rtcab' -Title 'Back up the database' -RunOn 'sql02.contoso.com\RTC' -Account 'sql-admin') {
    # Note: A database that is still a mirror cannot be backed up; it must be principal or no longer mirrored.
    # Note: The SQL service account, or the computer account of its server, must be let into the share.
    sqlcmd '-S' 'sql02.contoso.com\RTC' '-E' '-b' '-Q' 'BACKUP DATABASE [rtcab] TO DISK = N''\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso-rescue\Sql\sql02.contoso.com_RTC\rtcab.bak'' WITH COPY_ONLY, CHECKSUM, STATS = 5;'
    Assert-ExitCode -Low 0 -High 0
    sqlcmd '-S' 'sql02.contoso.com\RTC' '-E' '-b' '-Q' 'RESTORE HEADERONLY FROM DISK = N''\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso-rescue\Sql\sql02.contoso.com_RTC\rtcab.bak'';' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: DatabaseName is rtcab; the number of objects is 1?'
}

# ---- Save the surviving mirror
if (Test-Step -Id 'cms-rescue-mirror.2@rtcshared' -Title 'Back up the database' -RunOn 'sql02.contoso.com\RTC' -Account 'sql-admin') {
    # Note: A database that is still a mirror cannot be backed up; it must be principal or no longer mirrored.
    # Note: The SQL service account, or the computer account of its server, must be let into the share.
    sqlcmd '-S' 'sql02.contoso.com\RTC' '-E' '-b' '-Q' 'BACKUP DATABASE [rtcshared] TO DISK = N''\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso-rescue\Sql\sql02.contoso.com_RTC\rtcshared.bak'' WITH COPY_ONLY, CHECKSUM, STATS = 5;'
    Assert-ExitCode -Low 0 -High 0
    sqlcmd '-S' 'sql02.contoso.com\RTC' '-E' '-b' '-Q' 'RESTORE HEADERONLY FROM DISK = N''\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso-rescue\Sql\sql02.contoso.com_RTC\rtcshared.bak'';' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: DatabaseName is rtcshared; the number of objects is 1?'
}

# ---- Save the surviving mirror
if (Test-Step -Id 'cms-rescue-mirror.2@rtcxds' -Title 'Back up the database' -RunOn 'sql02.contoso.com\RTC' -Account 'sql-admin') {
    # Note: A database that is still a mirror cannot be backed up; it must be principal or no longer mirrored.
    # Note: The SQL service account, or the computer account of its server, must be let into the share.
    sqlcmd '-S' 'sql02.contoso.com\RTC' '-E' '-b' '-Q' 'BACKUP DATABASE [rtcxds] TO DISK = N''\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso-rescue\Sql\sql02.contoso.com_RTC\rtcxds.bak'' WITH COPY_ONLY, CHECKSUM, STATS = 5;'
    Assert-ExitCode -Low 0 -High 0
    sqlcmd '-S' 'sql02.contoso.com\RTC' '-E' '-b' '-Q' 'RESTORE HEADERONLY FROM DISK = N''\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso-rescue\Sql\sql02.contoso.com_RTC\rtcxds.bak'';' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: DatabaseName is rtcxds; the number of objects is 1?'
}

# ---- Save the surviving mirror
if (Test-Step -Id 'cms-rescue-mirror.2@rgsconfig' -Title 'Back up the database' -RunOn 'sql02.contoso.com\RTC' -Account 'sql-admin') {
    # Note: A database that is still a mirror cannot be backed up; it must be principal or no longer mirrored.
    # Note: The SQL service account, or the computer account of its server, must be let into the share.
    sqlcmd '-S' 'sql02.contoso.com\RTC' '-E' '-b' '-Q' 'BACKUP DATABASE [rgsconfig] TO DISK = N''\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso-rescue\Sql\sql02.contoso.com_RTC\rgsconfig.bak'' WITH COPY_ONLY, CHECKSUM, STATS = 5;'
    Assert-ExitCode -Low 0 -High 0
    sqlcmd '-S' 'sql02.contoso.com\RTC' '-E' '-b' '-Q' 'RESTORE HEADERONLY FROM DISK = N''\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso-rescue\Sql\sql02.contoso.com_RTC\rgsconfig.bak'';' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: DatabaseName is rgsconfig; the number of objects is 1?'
}

# ---- Save the surviving mirror
if (Test-Step -Id 'cms-rescue-mirror.2@rgsdyn' -Title 'Back up the database' -RunOn 'sql02.contoso.com\RTC' -Account 'sql-admin') {
    # Note: A database that is still a mirror cannot be backed up; it must be principal or no longer mirrored.
    # Note: The SQL service account, or the computer account of its server, must be let into the share.
    sqlcmd '-S' 'sql02.contoso.com\RTC' '-E' '-b' '-Q' 'BACKUP DATABASE [rgsdyn] TO DISK = N''\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso-rescue\Sql\sql02.contoso.com_RTC\rgsdyn.bak'' WITH COPY_ONLY, CHECKSUM, STATS = 5;'
    Assert-ExitCode -Low 0 -High 0
    sqlcmd '-S' 'sql02.contoso.com\RTC' '-E' '-b' '-Q' 'RESTORE HEADERONLY FROM DISK = N''\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso-rescue\Sql\sql02.contoso.com_RTC\rgsdyn.bak'';' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: DatabaseName is rgsdyn; the number of objects is 1?'
}

# ---- Save the surviving mirror
if (Test-Step -Id 'cms-rescue-mirror.2@cpsdyn' -Title 'Back up the database' -RunOn 'sql02.contoso.com\RTC' -Account 'sql-admin') {
    # Note: A database that is still a mirror cannot be backed up; it must be principal or no longer mirrored.
    # Note: The SQL service account, or the computer account of its server, must be let into the share.
    sqlcmd '-S' 'sql02.contoso.com\RTC' '-E' '-b' '-Q' 'BACKUP DATABASE [cpsdyn] TO DISK = N''\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso-rescue\Sql\sql02.contoso.com_RTC\cpsdyn.bak'' WITH COPY_ONLY, CHECKSUM, STATS = 5;'
    Assert-ExitCode -Low 0 -High 0
    sqlcmd '-S' 'sql02.contoso.com\RTC' '-E' '-b' '-Q' 'RESTORE HEADERONLY FROM DISK = N''\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso-rescue\Sql\sql02.contoso.com_RTC\cpsdyn.bak'';' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: DatabaseName is cpsdyn; the number of objects is 1?'
}

# ---- Save the surviving mirror
if (Test-Step -Id 'cms-rescue-mirror.2@xds' -Title 'Back up the database' -RunOn 'sql02.contoso.com\RTC' -Account 'sql-admin') {
    # Note: A database that is still a mirror cannot be backed up; it must be principal or no longer mirrored.
    # Note: The SQL service account, or the computer account of its server, must be let into the share.
    sqlcmd '-S' 'sql02.contoso.com\RTC' '-E' '-b' '-Q' 'BACKUP DATABASE [xds] TO DISK = N''\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso-rescue\Sql\sql02.contoso.com_RTC\xds.bak'' WITH COPY_ONLY, CHECKSUM, STATS = 5;'
    Assert-ExitCode -Low 0 -High 0
    sqlcmd '-S' 'sql02.contoso.com\RTC' '-E' '-b' '-Q' 'RESTORE HEADERONLY FROM DISK = N''\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso-rescue\Sql\sql02.contoso.com_RTC\xds.bak'';' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: DatabaseName is xds; the number of objects is 1?'
}

# ---- Save the surviving mirror
if (Test-Step -Id 'cms-rescue-mirror.2@lis' -Title 'Back up the database' -RunOn 'sql02.contoso.com\RTC' -Account 'sql-admin') {
    # Note: A database that is still a mirror cannot be backed up; it must be principal or no longer mirrored.
    # Note: The SQL service account, or the computer account of its server, must be let into the share.
    sqlcmd '-S' 'sql02.contoso.com\RTC' '-E' '-b' '-Q' 'BACKUP DATABASE [lis] TO DISK = N''\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso-rescue\Sql\sql02.contoso.com_RTC\lis.bak'' WITH COPY_ONLY, CHECKSUM, STATS = 5;'
    Assert-ExitCode -Low 0 -High 0
    sqlcmd '-S' 'sql02.contoso.com\RTC' '-E' '-b' '-Q' 'RESTORE HEADERONLY FROM DISK = N''\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso-rescue\Sql\sql02.contoso.com_RTC\lis.bak'';' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: DatabaseName is lis; the number of objects is 1?'
}

# ---- Save the surviving mirror
if (Test-Step -Id 'cms-rescue-mirror.3@rtcab' -Title 'Read the backup to its end' -RunOn 'sql02.contoso.com\RTC' -Account 'sql-admin') {
    sqlcmd '-S' 'sql02.contoso.com\RTC' '-E' '-b' '-Q' 'RESTORE VERIFYONLY FROM DISK = N''\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso-rescue\Sql\sql02.contoso.com_RTC\rtcab.bak'' WITH CHECKSUM, STATS = 5;'
    Assert-ExitCode -Low 0 -High 0
}

# ---- Save the surviving mirror
if (Test-Step -Id 'cms-rescue-mirror.3@rtcshared' -Title 'Read the backup to its end' -RunOn 'sql02.contoso.com\RTC' -Account 'sql-admin') {
    sqlcmd '-S' 'sql02.contoso.com\RTC' '-E' '-b' '-Q' 'RESTORE VERIFYONLY FROM DISK = N''\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso-rescue\Sql\sql02.contoso.com_RTC\rtcshared.bak'' WITH CHECKSUM, STATS = 5;'
    Assert-ExitCode -Low 0 -High 0
}

# ---- Save the surviving mirror
if (Test-Step -Id 'cms-rescue-mirror.3@rtcxds' -Title 'Read the backup to its end' -RunOn 'sql02.contoso.com\RTC' -Account 'sql-admin') {
    sqlcmd '-S' 'sql02.contoso.com\RTC' '-E' '-b' '-Q' 'RESTORE VERIFYONLY FROM DISK = N''\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso-rescue\Sql\sql02.contoso.com_RTC\rtcxds.bak'' WITH CHECKSUM, STATS = 5;'
    Assert-ExitCode -Low 0 -High 0
}

# ---- Save the surviving mirror
if (Test-Step -Id 'cms-rescue-mirror.3@rgsconfig' -Title 'Read the backup to its end' -RunOn 'sql02.contoso.com\RTC' -Account 'sql-admin') {
    sqlcmd '-S' 'sql02.contoso.com\RTC' '-E' '-b' '-Q' 'RESTORE VERIFYONLY FROM DISK = N''\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso-rescue\Sql\sql02.contoso.com_RTC\rgsconfig.bak'' WITH CHECKSUM, STATS = 5;'
    Assert-ExitCode -Low 0 -High 0
}

# ---- Save the surviving mirror
if (Test-Step -Id 'cms-rescue-mirror.3@rgsdyn' -Title 'Read the backup to its end' -RunOn 'sql02.contoso.com\RTC' -Account 'sql-admin') {
    sqlcmd '-S' 'sql02.contoso.com\RTC' '-E' '-b' '-Q' 'RESTORE VERIFYONLY FROM DISK = N''\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso-rescue\Sql\sql02.contoso.com_RTC\rgsdyn.bak'' WITH CHECKSUM, STATS = 5;'
    Assert-ExitCode -Low 0 -High 0
}

# ---- Save the surviving mirror
if (Test-Step -Id 'cms-rescue-mirror.3@cpsdyn' -Title 'Read the backup to its end' -RunOn 'sql02.contoso.com\RTC' -Account 'sql-admin') {
    sqlcmd '-S' 'sql02.contoso.com\RTC' '-E' '-b' '-Q' 'RESTORE VERIFYONLY FROM DISK = N''\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso-rescue\Sql\sql02.contoso.com_RTC\cpsdyn.bak'' WITH CHECKSUM, STATS = 5;'
    Assert-ExitCode -Low 0 -High 0
}

# ---- Save the surviving mirror
if (Test-Step -Id 'cms-rescue-mirror.3@xds' -Title 'Read the backup to its end' -RunOn 'sql02.contoso.com\RTC' -Account 'sql-admin') {
    sqlcmd '-S' 'sql02.contoso.com\RTC' '-E' '-b' '-Q' 'RESTORE VERIFYONLY FROM DISK = N''\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso-rescue\Sql\sql02.contoso.com_RTC\xds.bak'' WITH CHECKSUM, STATS = 5;'
    Assert-ExitCode -Low 0 -High 0
}

# ---- Save the surviving mirror
if (Test-Step -Id 'cms-rescue-mirror.3@lis' -Title 'Read the backup to its end' -RunOn 'sql02.contoso.com\RTC' -Account 'sql-admin') {
    sqlcmd '-S' 'sql02.contoso.com\RTC' '-E' '-b' '-Q' 'RESTORE VERIFYONLY FROM DISK = N''\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso-rescue\Sql\sql02.contoso.com_RTC\lis.bak'' WITH CHECKSUM, STATS = 5;'
    Assert-ExitCode -Low 0 -High 0
}

# ---- Are the exports and backups good?
if (Test-Step -Id 'cms-rescue-proof' -Title 'Are the exports and backups good?' -RunOn 'sql02.contoso.com' -Account 'lync-admin') {
    # Note: Answer only when every export of cms-rescue-export opens and is plausible, every file of cms-rescue-mirror has passed its verification (better still, xds and one user database were restored under other names elsewhere), and all of it lies on a machine outside the pool.
    # Note: Until then the surviving side is not wiped, not reinstalled, and its databases are not dropped.
    Write-Host 'Decide: Are the exports and backups good? (good)'
    [void] (Read-Host 'Press Enter when it is done')
}

# ---- Clean Back End Server with the same FQDN
if (Test-Step -Id 'cms-bare.1' -Title 'Install Windows under the old name' -RunOn 'sql01.contoso.com' -Account 'lync-admin') {
    Confirm-Harm -Harm 'the disks of the computer that becomes sql01.contoso.com are wiped' -Name 'sql01.contoso.com'
    Write-Host 'Install Windows on the replacement computer with the name sql01.contoso.com: same computer name, same DNS suffix, same IP address and DNS record as before; join the domain with the existing computer account; install the patches; leave the Windows Firewall on.'
    [void] (Read-Host 'Press Enter when it is done')
    Get-CimInstance -ClassName 'Win32_ComputerSystem' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: DNSHostName is sql01 and PartOfDomain is True and Domain is contoso.com?'
    # To undo: none; whatever is on the disks is gone
}

# ---- Clean Back End Server with the same FQDN
if (Test-Step -Id 'cms-bare.2' -Title 'The name and the DNS suffix are those of before' -RunOn 'sql01.contoso.com' -Account 'lync-admin') {
    Get-ItemProperty -LiteralPath 'HKLM:\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters'
    Confirm-Check -Question 'Does the answer show every object: Hostname is sql01 and Domain is contoso.com?'
}

# ---- Clean Back End Server with the same FQDN
if (Test-Step -Id 'cms-bare.3' -Title 'Take an image' -RunOn 'sql01.contoso.com' -Account 'lync-admin') {
    Write-Host 'Take an image of the system now, before anything is restored, and check that it can be read. It is the way back.'
    [void] (Read-Host 'Press Enter when it is done')
}

# ---- Install SQL Server
if (Test-Step -Id 'cms-sql.1' -Title 'Install SQL Server as it was' -RunOn 'sql01.contoso.com' -Account 'lync-admin') {
    # Note: An instance under another name is not the one the topology knows (pitfall P21).
    Write-Host 'Install SQL Server on sql01.contoso.com by the organisation''s own procedure, as it was installed originally: the same version, edition and service pack as before, the instance sql01.contoso.com\RTC under its old name, the same folders, service accounts, permissions and logins. Open its ports in the firewall (1433, UDP 1434, the instance''s own, and for mirroring 5022, on a witness 7022).'
    [void] (Read-Host 'Press Enter when it is done')
    Write-Host 'On sql01.contoso.com\RTC as sql-admin run: sqlcmd ''-S'' ''sql01.contoso.com\RTC'' ''-E'' ''-b'' ''-Q'' ''SELECT @@SERVERNAME AS server_name, @@VERSION AS version_text, CAST(SERVERPROPERTY(N''''ProductVersion'''') AS nvarchar(128)) AS product_version, CAST(SERVERPROPERTY(N''''ProductLevel'''') AS nvarchar(128)) AS product_level, CAST(SERVERPROPERTY(N''''Edition'''') AS nvarchar(128)) AS edition, CAST(SERVERPROPERTY(N''''MachineName'''') AS nvarchar(128)) AS machine_name, CAST(SERVERPROPERTY(N''''InstanceName'''') AS nvarchar(128)) AS instance_name, CAST(SERVERPROPERTY(N''''Collation'''') AS nvarchar(128)) AS collation, IS_SRVROLEMEMBER(N''''sysadmin'''') AS is_sysadmin;'''
    Confirm-Check -Question 'Verify: does it show every object: is_sysadmin is 1?'
    # To undo: uninstall the instance
}

# ---- Install SQL Server
if (Test-Step -Id 'cms-sql.2' -Title 'Version and edition are those of the partner' -RunOn 'sql01.contoso.com\RTC' -Account 'sql-admin') {
    Confirm-Check -Question 'Before: every SQL instance of the plan answers and lets us in?'
    Confirm-Check -Question 'Before: every instance has its old name?'
    Confirm-Check -Question 'Before: the instances are of a fitting version?'
    Confirm-Check -Question 'Before: the database servers have room?'
    Confirm-Check -Question 'Before: the model database has its original size?'
    Confirm-Check -Question 'Before: no transaction log is about to be full?'
    Confirm-Check -Question 'Before: no database is owned by RTCUniversalServerAdmins?'
    Confirm-Check -Question 'Before: mirroring endpoints are started?'
    Confirm-Check -Question 'Before: primary, mirror and witness run the same SQL Server?'
    sqlcmd '-S' 'sql01.contoso.com\RTC' '-E' '-b' '-Q' 'SELECT @@SERVERNAME AS server_name, @@VERSION AS version_text, CAST(SERVERPROPERTY(N''ProductVersion'') AS nvarchar(128)) AS product_version, CAST(SERVERPROPERTY(N''ProductLevel'') AS nvarchar(128)) AS product_level, CAST(SERVERPROPERTY(N''Edition'') AS nvarchar(128)) AS edition, CAST(SERVERPROPERTY(N''MachineName'') AS nvarchar(128)) AS machine_name, CAST(SERVERPROPERTY(N''InstanceName'') AS nvarchar(128)) AS instance_name, CAST(SERVERPROPERTY(N''Collation'') AS nvarchar(128)) AS collation, IS_SRVROLEMEMBER(N''sysadmin'') AS is_sysadmin;'
    Assert-ExitCode -Low 0 -High 0
    Confirm-Check -Question 'Does the answer show every object: is_sysadmin is 1?'
}

# ---- Open the management shell
if (Test-Step -Id 'cms-shell.2' -Title 'This machine is at the update level of the others' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    # Note: Databases come at the level of the machine whose shell creates them.
    Get-ItemProperty -Path 'HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall\*'
    Confirm-Check -Question 'Does the answer show at least one object: DisplayName contains Server 2013, Core Components and DisplayVersion is 5.0.8308.887?'
}

# ---- Is there a newer configuration on a survivor?
if (Test-Step -Id 'cms-local-store.1' -Title 'Make the folder' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    New-Item -ItemType 'Directory' -Path 'C:\Restore' -Force
}

# ---- Is there a newer configuration on a survivor?
if (Test-Step -Id 'cms-local-store.2' -Title 'Export the local replica' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Export-CsConfiguration -FileName 'C:\Restore\Local.zip' -LocalStore
    Get-Item -LiteralPath 'C:\Restore\Local.zip' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Length is at least 100?'
}

# ---- Is there a newer configuration on a survivor?
if (Test-Step -Id 'cms-local-store.3' -Title 'Copy the export of the set beside it' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    robocopy '\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso-rescue' 'C:\Restore' 'Config.zip' '/COPY:DAT' '/R:2' '/W:5'
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
    robocopy '\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso-rescue' 'C:\Restore' 'Config.zip' '/COPY:DAT' '/R:2' '/W:5'
    Assert-ExitCode -Low 0 -High 7
    certutil '-hashfile' 'C:\Restore\Config.zip' 'SHA256' | Out-Host
    Confirm-Check -Question 'Verify: does it show at least one object: the value contains SHA256?'
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

# ---- Stop the pool before its Back End is created empty
if (Test-Step -Id 'cms-fe-stop.1' -Title 'Copy the export to the importing server and check it' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    robocopy '\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso-rescue\UserData' 'C:\Restore\UserData' 'pool01.contoso.com.zip' '/COPY:DAT' '/R:2' '/W:5'
    Assert-ExitCode -Low 0 -High 7
    certutil '-hashfile' 'C:\Restore\UserData\pool01.contoso.com.zip' 'SHA256' | Out-Host
    Confirm-Check -Question 'Verify: does it show at least one object: the value contains SHA256?'
}

# ---- Stop the pool before its Back End is created empty
if (Test-Step -Id 'cms-fe-stop.2@fe01.contoso.com' -Title 'Stop the Lync services' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    # Note: Running Front End Servers should not meet an empty user store.
    Confirm-Harm -Harm 'stops Lync on fe01.contoso.com; the pool is without service until all of its servers are started again' -Name 'fe01.contoso.com'
    Stop-CsWindowsService -ComputerName 'fe01.contoso.com'
    Get-CsWindowsService -ComputerName 'fe01.contoso.com' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Status is Stopped (within 10 min)?'
    # To undo: Start-CsWindowsService -ComputerName fe01.contoso.com -NoWait, on every Front End Server
}

# ---- Stop the pool before its Back End is created empty
if (Test-Step -Id 'cms-fe-stop.2@fe02.contoso.com' -Title 'Stop the Lync services' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    # Note: Running Front End Servers should not meet an empty user store.
    Confirm-Harm -Harm 'stops Lync on fe02.contoso.com; the pool is without service until all of its servers are started again' -Name 'fe02.contoso.com'
    Stop-CsWindowsService -ComputerName 'fe02.contoso.com'
    Get-CsWindowsService -ComputerName 'fe02.contoso.com' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Status is Stopped (within 10 min)?'
    # To undo: Start-CsWindowsService -ComputerName fe02.contoso.com -NoWait, on every Front End Server
}

# ---- Stop the pool before its Back End is created empty
if (Test-Step -Id 'cms-fe-stop.2@fe03.contoso.com' -Title 'Stop the Lync services' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    # Note: Running Front End Servers should not meet an empty user store.
    Confirm-Harm -Harm 'stops Lync on fe03.contoso.com; the pool is without service until all of its servers are started again' -Name 'fe03.contoso.com'
    Stop-CsWindowsService -ComputerName 'fe03.contoso.com'
    Get-CsWindowsService -ComputerName 'fe03.contoso.com' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Status is Stopped (within 10 min)?'
    # To undo: Start-CsWindowsService -ComputerName fe03.contoso.com -NoWait, on every Front End Server
}

# ---- Create the other databases, and the mirror
if (Test-Step -Id 'cms-databases.1' -Title 'This machine is at the update level of the others' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    # Note: Databases come at the level of the machine whose shell or Topology Builder creates them.
    Get-ItemProperty -Path 'HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall\*'
    Confirm-Check -Question 'Does the answer show at least one object: DisplayName contains Server 2013, Core Components and DisplayVersion is 5.0.8308.887?'
}

# ---- Create the other databases, and the mirror
if (Test-Step -Id 'cms-databases.2@rtcab' -Title 'End the database''s mirroring' -RunOn 'sql02.contoso.com\RTC' -Account 'sql-admin') {
    # Note: Nothing is sent where the database is out of mirroring already.
    Confirm-Harm -Harm 'ends the mirroring of rtcab; transactions the lost principal had not sent are lost' -Name 'sql02.contoso.com'
    sqlcmd '-S' 'sql02.contoso.com\RTC' '-E' '-b' '-Q' 'USE [master];
IF EXISTS (SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL AND database_id = DB_ID(N''rtcab'')) ALTER DATABASE [rtcab] SET PARTNER OFF;'
    Assert-ExitCode -Low 0 -High 0
    sqlcmd '-S' 'sql02.contoso.com\RTC' '-E' '-b' '-Q' 'SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL ORDER BY database_id;' | Out-Host
    Confirm-Check -Question 'Verify: does it show no object: database_name is rtcab?'
    # To undo: none; the mirror is made anew later
}

# ---- Create the other databases, and the mirror
if (Test-Step -Id 'cms-databases.2@rtcshared' -Title 'End the database''s mirroring' -RunOn 'sql02.contoso.com\RTC' -Account 'sql-admin') {
    # Note: Nothing is sent where the database is out of mirroring already.
    Confirm-Harm -Harm 'ends the mirroring of rtcshared; transactions the lost principal had not sent are lost' -Name 'sql02.contoso.com'
    sqlcmd '-S' 'sql02.contoso.com\RTC' '-E' '-b' '-Q' 'USE [master];
IF EXISTS (SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL AND database_id = DB_ID(N''rtcshared'')) ALTER DATABASE [rtcshared] SET PARTNER OFF;'
    Assert-ExitCode -Low 0 -High 0
    sqlcmd '-S' 'sql02.contoso.com\RTC' '-E' '-b' '-Q' 'SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL ORDER BY database_id;' | Out-Host
    Confirm-Check -Question 'Verify: does it show no object: database_name is rtcshared?'
    # To undo: none; the mirror is made anew later
}

# ---- Create the other databases, and the mirror
if (Test-Step -Id 'cms-databases.2@rtcxds' -Title 'End the database''s mirroring' -RunOn 'sql02.contoso.com\RTC' -Account 'sql-admin') {
    # Note: Nothing is sent where the database is out of mirroring already.
    Confirm-Harm -Harm 'ends the mirroring of rtcxds; transactions the lost principal had not sent are lost' -Name 'sql02.contoso.com'
    sqlcmd '-S' 'sql02.contoso.com\RTC' '-E' '-b' '-Q' 'USE [master];
IF EXISTS (SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL AND database_id = DB_ID(N''rtcxds'')) ALTER DATABASE [rtcxds] SET PARTNER OFF;'
    Assert-ExitCode -Low 0 -High 0
    sqlcmd '-S' 'sql02.contoso.com\RTC' '-E' '-b' '-Q' 'SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL ORDER BY database_id;' | Out-Host
    Confirm-Check -Question 'Verify: does it show no object: database_name is rtcxds?'
    # To undo: none; the mirror is made anew later
}

# ---- Create the other databases, and the mirror
if (Test-Step -Id 'cms-databases.2@rgsconfig' -Title 'End the database''s mirroring' -RunOn 'sql02.contoso.com\RTC' -Account 'sql-admin') {
    # Note: Nothing is sent where the database is out of mirroring already.
    Confirm-Harm -Harm 'ends the mirroring of rgsconfig; transactions the lost principal had not sent are lost' -Name 'sql02.contoso.com'
    sqlcmd '-S' 'sql02.contoso.com\RTC' '-E' '-b' '-Q' 'USE [master];
IF EXISTS (SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL AND database_id = DB_ID(N''rgsconfig'')) ALTER DATABASE [rgsconfig] SET PARTNER OFF;'
    Assert-ExitCode -Low 0 -High 0
    sqlcmd '-S' 'sql02.contoso.com\RTC' '-E' '-b' '-Q' 'SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL ORDER BY database_id;' | Out-Host
    Confirm-Check -Question 'Verify: does it show no object: database_name is rgsconfig?'
    # To undo: none; the mirror is made anew later
}

# ---- Create the other databases, and the mirror
if (Test-Step -Id 'cms-databases.2@rgsdyn' -Title 'End the database''s mirroring' -RunOn 'sql02.contoso.com\RTC' -Account 'sql-admin') {
    # Note: Nothing is sent where the database is out of mirroring already.
    Confirm-Harm -Harm 'ends the mirroring of rgsdyn; transactions the lost principal had not sent are lost' -Name 'sql02.contoso.com'
    sqlcmd '-S' 'sql02.contoso.com\RTC' '-E' '-b' '-Q' 'USE [master];
IF EXISTS (SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL AND database_id = DB_ID(N''rgsdyn'')) ALTER DATABASE [rgsdyn] SET PARTNER OFF;'
    Assert-ExitCode -Low 0 -High 0
    sqlcmd '-S' 'sql02.contoso.com\RTC' '-E' '-b' '-Q' 'SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL ORDER BY database_id;' | Out-Host
    Confirm-Check -Question 'Verify: does it show no object: database_name is rgsdyn?'
    # To undo: none; the mirror is made anew later
}

# ---- Create the other databases, and the mirror
if (Test-Step -Id 'cms-databases.2@cpsdyn' -Title 'End the database''s mirroring' -RunOn 'sql02.contoso.com\RTC' -Account 'sql-admin') {
    # Note: Nothing is sent where the database is out of mirroring already.
    Confirm-Harm -Harm 'ends the mirroring of cpsdyn; transactions the lost principal had not sent are lost' -Name 'sql02.contoso.com'
    sqlcmd '-S' 'sql02.contoso.com\RTC' '-E' '-b' '-Q' 'USE [master];
IF EXISTS (SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL AND database_id = DB_ID(N''cpsdyn'')) ALTER DATABASE [cpsdyn] SET PARTNER OFF;'
    Assert-ExitCode -Low 0 -High 0
    sqlcmd '-S' 'sql02.contoso.com\RTC' '-E' '-b' '-Q' 'SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL ORDER BY database_id;' | Out-Host
    Confirm-Check -Question 'Verify: does it show no object: database_name is cpsdyn?'
    # To undo: none; the mirror is made anew later
}

# ---- Create the other databases, and the mirror
if (Test-Step -Id 'cms-databases.2@xds' -Title 'End the database''s mirroring' -RunOn 'sql02.contoso.com\RTC' -Account 'sql-admin') {
    # Note: Nothing is sent where the database is out of mirroring already.
    Confirm-Harm -Harm 'ends the mirroring of xds; transactions the lost principal had not sent are lost' -Name 'sql02.contoso.com'
    sqlcmd '-S' 'sql02.contoso.com\RTC' '-E' '-b' '-Q' 'USE [master];
IF EXISTS (SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL AND database_id = DB_ID(N''xds'')) ALTER DATABASE [xds] SET PARTNER OFF;'
    Assert-ExitCode -Low 0 -High 0
    sqlcmd '-S' 'sql02.contoso.com\RTC' '-E' '-b' '-Q' 'SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL ORDER BY database_id;' | Out-Host
    Confirm-Check -Question 'Verify: does it show no object: database_name is xds?'
    # To undo: none; the mirror is made anew later
}

# ---- Create the other databases, and the mirror
if (Test-Step -Id 'cms-databases.2@lis' -Title 'End the database''s mirroring' -RunOn 'sql02.contoso.com\RTC' -Account 'sql-admin') {
    # Note: Nothing is sent where the database is out of mirroring already.
    Confirm-Harm -Harm 'ends the mirroring of lis; transactions the lost principal had not sent are lost' -Name 'sql02.contoso.com'
    sqlcmd '-S' 'sql02.contoso.com\RTC' '-E' '-b' '-Q' 'USE [master];
IF EXISTS (SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL AND database_id = DB_ID(N''lis'')) ALTER DATABASE [lis] SET PARTNER OFF;'
    Assert-ExitCode -Low 0 -High 0
    sqlcmd '-S' 'sql02.contoso.com\RTC' '-E' '-b' '-Q' 'SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL ORDER BY database_id;' | Out-Host
    Confirm-Check -Question 'Verify: does it show no object: database_name is lis?'
    # To undo: none; the mirror is made anew later
}

# ---- Create the other databases, and the mirror
if (Test-Step -Id 'cms-databases.3@rtcab' -Title 'Bring the database online' -RunOn 'sql02.contoso.com\RTC' -Account 'sql-admin') {
    # Note: Only a database that shows RESTORING
    # Note: because it was the mirror
    # Note: is recovered.
    sqlcmd '-S' 'sql02.contoso.com\RTC' '-E' '-b' '-Q' 'USE [master];
IF EXISTS (SELECT 1 FROM sys.databases WHERE name = N''rtcab'' AND state_desc = N''RESTORING'') RESTORE DATABASE [rtcab] WITH RECOVERY;'
    Assert-ExitCode -Low 0 -High 0
    sqlcmd '-S' 'sql02.contoso.com\RTC' '-E' '-b' '-Q' 'SELECT name, database_id, state_desc, recovery_model_desc, user_access_desc FROM sys.databases WHERE name = N''rtcab'';' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: state_desc is ONLINE?'
}

# ---- Create the other databases, and the mirror
if (Test-Step -Id 'cms-databases.3@rtcshared' -Title 'Bring the database online' -RunOn 'sql02.contoso.com\RTC' -Account 'sql-admin') {
    # Note: Only a database that shows RESTORING
    # Note: because it was the mirror
    # Note: is recovered.
    sqlcmd '-S' 'sql02.contoso.com\RTC' '-E' '-b' '-Q' 'USE [master];
IF EXISTS (SELECT 1 FROM sys.databases WHERE name = N''rtcshared'' AND state_desc = N''RESTORING'') RESTORE DATABASE [rtcshared] WITH RECOVERY;'
    Assert-ExitCode -Low 0 -High 0
    sqlcmd '-S' 'sql02.contoso.com\RTC' '-E' '-b' '-Q' 'SELECT name, database_id, state_desc, recovery_model_desc, user_access_desc FROM sys.databases WHERE name = N''rtcshared'';' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: state_desc is ONLINE?'
}

# ---- Create the other databases, and the mirror
if (Test-Step -Id 'cms-databases.3@rtcxds' -Title 'Bring the database online' -RunOn 'sql02.contoso.com\RTC' -Account 'sql-admin') {
    # Note: Only a database that shows RESTORING
    # Note: because it was the mirror
    # Note: is recovered.
    sqlcmd '-S' 'sql02.contoso.com\RTC' '-E' '-b' '-Q' 'USE [master];
IF EXISTS (SELECT 1 FROM sys.databases WHERE name = N''rtcxds'' AND state_desc = N''RESTORING'') RESTORE DATABASE [rtcxds] WITH RECOVERY;'
    Assert-ExitCode -Low 0 -High 0
    sqlcmd '-S' 'sql02.contoso.com\RTC' '-E' '-b' '-Q' 'SELECT name, database_id, state_desc, recovery_model_desc, user_access_desc FROM sys.databases WHERE name = N''rtcxds'';' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: state_desc is ONLINE?'
}

# ---- Create the other databases, and the mirror
if (Test-Step -Id 'cms-databases.3@rgsconfig' -Title 'Bring the database online' -RunOn 'sql02.contoso.com\RTC' -Account 'sql-admin') {
    # Note: Only a database that shows RESTORING
    # Note: because it was the mirror
    # Note: is recovered.
    sqlcmd '-S' 'sql02.contoso.com\RTC' '-E' '-b' '-Q' 'USE [master];
IF EXISTS (SELECT 1 FROM sys.databases WHERE name = N''rgsconfig'' AND state_desc = N''RESTORING'') RESTORE DATABASE [rgsconfig] WITH RECOVERY;'
    Assert-ExitCode -Low 0 -High 0
    sqlcmd '-S' 'sql02.contoso.com\RTC' '-E' '-b' '-Q' 'SELECT name, database_id, state_desc, recovery_model_desc, user_access_desc FROM sys.databases WHERE name = N''rgsconfig'';' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: state_desc is ONLINE?'
}

# ---- Create the other databases, and the mirror
if (Test-Step -Id 'cms-databases.3@rgsdyn' -Title 'Bring the database online' -RunOn 'sql02.contoso.com\RTC' -Account 'sql-admin') {
    # Note: Only a database that shows RESTORING
    # Note: because it was the mirror
    # Note: is recovered.
    sqlcmd '-S' 'sql02.contoso.com\RTC' '-E' '-b' '-Q' 'USE [master];
IF EXISTS (SELECT 1 FROM sys.databases WHERE name = N''rgsdyn'' AND state_desc = N''RESTORING'') RESTORE DATABASE [rgsdyn] WITH RECOVERY;'
    Assert-ExitCode -Low 0 -High 0
    sqlcmd '-S' 'sql02.contoso.com\RTC' '-E' '-b' '-Q' 'SELECT name, database_id, state_desc, recovery_model_desc, user_access_desc FROM sys.databases WHERE name = N''rgsdyn'';' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: state_desc is ONLINE?'
}

# ---- Create the other databases, and the mirror
if (Test-Step -Id 'cms-databases.3@cpsdyn' -Title 'Bring the database online' -RunOn 'sql02.contoso.com\RTC' -Account 'sql-admin') {
    # Note: Only a database that shows RESTORING
    # Note: because it was the mirror
    # Note: is recovered.
    sqlcmd '-S' 'sql02.contoso.com\RTC' '-E' '-b' '-Q' 'USE [master];
IF EXISTS (SELECT 1 FROM sys.databases WHERE name = N''cpsdyn'' AND state_desc = N''RESTORING'') RESTORE DATABASE [cpsdyn] WITH RECOVERY;'
    Assert-ExitCode -Low 0 -High 0
    sqlcmd '-S' 'sql02.contoso.com\RTC' '-E' '-b' '-Q' 'SELECT name, database_id, state_desc, recovery_model_desc, user_access_desc FROM sys.databases WHERE name = N''cpsdyn'';' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: state_desc is ONLINE?'
}

# ---- Create the other databases, and the mirror
if (Test-Step -Id 'cms-databases.3@xds' -Title 'Bring the database online' -RunOn 'sql02.contoso.com\RTC' -Account 'sql-admin') {
    # Note: Only a database that shows RESTORING
    # Note: because it was the mirror
    # Note: is recovered.
    sqlcmd '-S' 'sql02.contoso.com\RTC' '-E' '-b' '-Q' 'USE [master];
IF EXISTS (SELECT 1 FROM sys.databases WHERE name = N''xds'' AND state_desc = N''RESTORING'') RESTORE DATABASE [xds] WITH RECOVERY;'
    Assert-ExitCode -Low 0 -High 0
    sqlcmd '-S' 'sql02.contoso.com\RTC' '-E' '-b' '-Q' 'SELECT name, database_id, state_desc, recovery_model_desc, user_access_desc FROM sys.databases WHERE name = N''xds'';' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: state_desc is ONLINE?'
}

# ---- Create the other databases, and the mirror
if (Test-Step -Id 'cms-databases.3@lis' -Title 'Bring the database online' -RunOn 'sql02.contoso.com\RTC' -Account 'sql-admin') {
    # Note: Only a database that shows RESTORING
    # Note: because it was the mirror
    # Note: is recovered.
    sqlcmd '-S' 'sql02.contoso.com\RTC' '-E' '-b' '-Q' 'USE [master];
IF EXISTS (SELECT 1 FROM sys.databases WHERE name = N''lis'' AND state_desc = N''RESTORING'') RESTORE DATABASE [lis] WITH RECOVERY;'
    Assert-ExitCode -Low 0 -High 0
    sqlcmd '-S' 'sql02.contoso.com\RTC' '-E' '-b' '-Q' 'SELECT name, database_id, state_desc, recovery_model_desc, user_access_desc FROM sys.databases WHERE name = N''lis'';' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: state_desc is ONLINE?'
}

# ---- Create the other databases, and the mirror
if (Test-Step -Id 'cms-databases.4' -Title 'Create the databases' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    # Note: Only stand-alone databases are shown on Create databases.
    Confirm-Check -Question 'Before: every Lync service of the pool is stopped?'
    Confirm-Harm -Harm 'creates the databases of sql01.contoso.com that the topology names, empty' -Name 'sql01.contoso.com'
    Install-CsDatabase -ConfiguredDatabases -SqlServerFqdn 'sql01.contoso.com' -Confirm:$false -Verbose
    Test-CsDatabase -ConfiguredDatabases -SqlServerFqdn 'sql01.contoso.com' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Succeed is True?'
    # To undo: Uninstall-CsDatabase, while nothing is in them
}

# ---- Create the other databases, and the mirror
if (Test-Step -Id 'cms-databases.8' -Title 'Create the mirror anew on the survivor' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    # Note: Only after cms-rescue-proof was answered.
    Confirm-Harm -Harm 'deletes the old databases on the survivor sql02.contoso.com and mirrors the new ones there' -Name 'sql02.contoso.com'
    Install-CsMirrorDatabase -ConfiguredDatabases -FileShare '\\fs01.contoso.com\MirrorShare' -SqlServerFqdn 'sql01.contoso.com' -DropExistingDatabasesOnMirror -Confirm:$false -Verbose
    Get-CsDatabaseMirrorState -PoolFqdn 'pool01.contoso.com' -DatabaseType 'User' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: StateOnPrimary is Principal and StateOnMirror is Mirror (within 30 min)?'
    # To undo: none; the rescue set holds what was there
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

# ---- Restore the pool's user data
if (Test-Step -Id 'cms-userdata.1' -Title 'Copy the export to the importing server and check it' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    robocopy '\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso-rescue\UserData' 'C:\Restore\UserData' 'pool01.contoso.com.zip' '/COPY:DAT' '/R:2' '/W:5'
    Assert-ExitCode -Low 0 -High 7
    certutil '-hashfile' 'C:\Restore\UserData\pool01.contoso.com.zip' 'SHA256' | Out-Host
    Confirm-Check -Question 'Verify: does it show at least one object: the value contains SHA256?'
}

# ---- Restore the pool's user data
if (Test-Step -Id 'cms-userdata.2@fe01.contoso.com' -Title 'Stop the Lync services' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    # Note: Running Front End Servers should not meet an empty user store.
    Confirm-Harm -Harm 'stops Lync on fe01.contoso.com; the pool is without service until all of its servers are started again' -Name 'fe01.contoso.com'
    Stop-CsWindowsService -ComputerName 'fe01.contoso.com'
    Get-CsWindowsService -ComputerName 'fe01.contoso.com' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Status is Stopped (within 10 min)?'
    # To undo: Start-CsWindowsService -ComputerName fe01.contoso.com -NoWait, on every Front End Server
}

# ---- Restore the pool's user data
if (Test-Step -Id 'cms-userdata.2@fe02.contoso.com' -Title 'Stop the Lync services' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    # Note: Running Front End Servers should not meet an empty user store.
    Confirm-Harm -Harm 'stops Lync on fe02.contoso.com; the pool is without service until all of its servers are started again' -Name 'fe02.contoso.com'
    Stop-CsWindowsService -ComputerName 'fe02.contoso.com'
    Get-CsWindowsService -ComputerName 'fe02.contoso.com' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Status is Stopped (within 10 min)?'
    # To undo: Start-CsWindowsService -ComputerName fe02.contoso.com -NoWait, on every Front End Server
}

# ---- Restore the pool's user data
if (Test-Step -Id 'cms-userdata.2@fe03.contoso.com' -Title 'Stop the Lync services' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    # Note: Running Front End Servers should not meet an empty user store.
    Confirm-Harm -Harm 'stops Lync on fe03.contoso.com; the pool is without service until all of its servers are started again' -Name 'fe03.contoso.com'
    Stop-CsWindowsService -ComputerName 'fe03.contoso.com'
    Get-CsWindowsService -ComputerName 'fe03.contoso.com' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Status is Stopped (within 10 min)?'
    # To undo: Start-CsWindowsService -ComputerName fe03.contoso.com -NoWait, on every Front End Server
}

# ---- Restore the pool's user data
if (Test-Step -Id 'cms-userdata.3' -Title 'Import the user data' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    # Note: While one service of the pool still runs, the import says it succeeded and changes nothing (pitfall P41).
    # Note: Contacts whose unified contact store mode changed since the export may be corrupted (pitfall P42).
    Confirm-Check -Question 'Before: the pool is not served by its partner?'
    Confirm-Check -Question 'Before: every Lync service of the pool is stopped?'
    Confirm-Harm -Harm 'overwrites contacts and conferences of all users of pool01.contoso.com with those of the backup' -Name 'pool01.contoso.com'
    Import-CsUserData -PoolFqdn 'pool01.contoso.com' -FileName 'C:\Restore\UserData\pool01.contoso.com.zip'
    # To undo: none; import again from another set
}

# ---- Restore the pool's user data
if (Test-Step -Id 'cms-userdata.4@fe01.contoso.com' -Title 'Start the Lync services, none waiting for another' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    # Note: A start that waits for the first server never ends; it waits for the quorum of its pool (pitfall P59).
    Start-CsWindowsService -ComputerName 'fe01.contoso.com' -NoWait
}

# ---- Restore the pool's user data
if (Test-Step -Id 'cms-userdata.4@fe02.contoso.com' -Title 'Start the Lync services, none waiting for another' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    # Note: A start that waits for the first server never ends; it waits for the quorum of its pool (pitfall P59).
    Start-CsWindowsService -ComputerName 'fe02.contoso.com' -NoWait
}

# ---- Restore the pool's user data
if (Test-Step -Id 'cms-userdata.4@fe03.contoso.com' -Title 'Start the Lync services, none waiting for another' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    # Note: A start that waits for the first server never ends; it waits for the quorum of its pool (pitfall P59).
    Start-CsWindowsService -ComputerName 'fe03.contoso.com' -NoWait
}

# ---- Restore the pool's user data
if (Test-Step -Id 'cms-userdata.5@fe01.contoso.com' -Title 'Every service runs' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Get-CsWindowsService -ComputerName 'fe01.contoso.com'
    Get-CsWindowsService -ComputerName 'fe01.contoso.com' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Status is Running (within 60 min)?'
}

# ---- Restore the pool's user data
if (Test-Step -Id 'cms-userdata.5@fe02.contoso.com' -Title 'Every service runs' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Get-CsWindowsService -ComputerName 'fe02.contoso.com'
    Get-CsWindowsService -ComputerName 'fe02.contoso.com' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Status is Running (within 60 min)?'
}

# ---- Restore the pool's user data
if (Test-Step -Id 'cms-userdata.5@fe03.contoso.com' -Title 'Every service runs' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Get-CsWindowsService -ComputerName 'fe03.contoso.com'
    Get-CsWindowsService -ComputerName 'fe03.contoso.com' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Status is Running (within 60 min)?'
}

# ---- Restore the pool's user data
if (Test-Step -Id 'cms-userdata.6' -Title 'The user store is online' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Get-CsUserDatabaseState -RegistrarPool 'pool01.contoso.com'
    Confirm-Check -Question 'Does the answer show every object: Online is True?'
}

# ---- Restore the pool's user data
if (Test-Step -Id 'cms-userdata.7' -Title 'Every routing group has its servers' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Get-CsPoolFabricState -PoolFqdn 'pool01.contoso.com'
    Get-CsPoolFabricState -PoolFqdn 'pool01.contoso.com' | Out-Host
    Confirm-Check -Question 'Verify: does it show no object: HealthState is Warning; the number of objects is at least 1 (within 60 min)?'
}

# ---- Restore the location information
if (Test-Step -Id 'cms-lis.1' -Title 'Copy the export to the server and check it' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    robocopy '\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso-rescue' 'C:\Restore' 'E911Config.zip' '/COPY:DAT' '/R:2' '/W:5'
    Assert-ExitCode -Low 0 -High 7
    certutil '-hashfile' 'C:\Restore\E911Config.zip' 'SHA256' | Out-Host
    Confirm-Check -Question 'Verify: does it show at least one object: the value contains SHA256?'
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

# ---- Restore Response Group
if (Test-Step -Id 'restore-rgs/rgs-import.1' -Title 'Copy the export to the server and check it' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    robocopy '\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso-rescue\Rgs' 'C:\Restore\Rgs' 'pool01.contoso.com.zip' '/COPY:DAT' '/R:2' '/W:5'
    Assert-ExitCode -Low 0 -High 7
    certutil '-hashfile' 'C:\Restore\Rgs\pool01.contoso.com.zip' 'SHA256' | Out-Host
    Confirm-Check -Question 'Verify: does it show at least one object: the value contains SHA256?'
}

# ---- Restore Response Group
if (Test-Step -Id 'restore-rgs/rgs-import.2' -Title 'Import, taking ownership of the contact objects' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    # Note: Without -OverwriteOwner the import fails, because the contact objects already exist in AD (pitfall P44).
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

# Left out: Prepare both sides: not both sides are lost
# Left out: Bring the surviving mirror into service in SQL Server: rescue way cmdlet was chosen
# Left out: Clean server with the same FQDN: no Standard Edition server
# Left out: Clean Back End Servers for both sides: not both sides are lost
# Left out: Restore the file store: the file store is elsewhere
# Left out: Prepare first Standard Edition server: no Standard Edition server
# Left out: Install SQL Server on both sides: not both sides are lost
# Left out: Install the administrative tools on the server itself: no Standard Edition server; another Lync server with a local replica works
# Left out: Take the replica: configuration survivor was not chosen
# Left out: Take the store's databases out of mirroring: user store intact was not chosen
# Left out: Name the Central Management store and its mirror: the mirror does not exist yet, or there is none
# Left out: Restore xds and lis from the rescued backups: the configuration comes from an export
# Left out: Create the mirror on the clean server, but for what is restored first: only the primary side of the mirrored Central Management store is lost; no database of this Back End comes back by a SQL restore
# Left out: Create the mirror on the clean server: only the primary side of the mirrored Central Management store is lost
# Left out: Create the mirror anew on the survivor, but for what is restored first: no database of this Back End comes back by a SQL restore
# Left out: Mirror the store's databases again: user store intact was not chosen
# Left out: Lync Server Deployment Wizard: no Standard Edition server
# Left out: Restore user data: no Standard Edition server
# Left out: Restore Archiving and Monitoring data: no archiving or monitoring data on the Back End Server
# Left out: Restore Persistent Chat: the Persistent Chat database is elsewhere
# Left out: Mirror the archiving and monitoring databases again: no database of this Back End comes back by a SQL restore
# Left out: Restart all Front End Servers: no database of this Back End comes back by a SQL restore
# Left out: Restart all Front End Servers after the change of the mirror: user store intact was not chosen
# Left out: Kerberos account password: no Standard Edition server; no Kerberos account
Write-Host 'Afterwards: Run Get-CsManagementStoreReplicationStatus once more after an hour; every replica must be up to date.'
Write-Host 'Afterwards: Restart a new host of the Central Management store once (pitfall P30).'
Write-Host 'Afterwards: Sign in a test user and look at the contact list.'
Write-Host 'Afterwards: Take a fresh backup into a new set.'
