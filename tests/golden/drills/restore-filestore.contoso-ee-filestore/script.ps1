# Restore a file store (restore-filestore)
# Target: pool01.contoso.com. Backup set: 2026-11-22T013000Z_contoso. Plan: sha256:ca18281cb29e33b6e903dedead0f04be8dcd7baaf5ac15a913b3f15a31b4fcc8
# After: Restoring a file store in Lync Server 2013
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
    Write-Host 'Do not delete the computer account of fs01.contoso.com when Windows is installed again. Have the AD administrator check that the account exists, is enabled, and is still a member of its Lync (RTC) groups; reset it if needed.'
    [void] (Read-Host 'Press Enter when it is done')
    Get-ADComputer -Identity 'fs01' -Properties @('MemberOf') | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Enabled is True?'
}

# ---- Clean server with the same FQDN
if (Test-Step -Id 'prep-os.1' -Title 'Install Windows under the old name' -RunOn 'fs01.contoso.com' -Account 'lync-admin') {
    Confirm-Harm -Harm 'the disks of the computer that becomes fs01.contoso.com are wiped' -Name 'fs01.contoso.com'
    Write-Host 'Install Windows on the replacement computer with the name fs01.contoso.com: same computer name, same DNS suffix, same IP address and DNS record as before; join the domain with the existing computer account; install the patches; leave the Windows Firewall on.'
    [void] (Read-Host 'Press Enter when it is done')
    Get-CimInstance -ClassName 'Win32_ComputerSystem' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: DNSHostName is fs01 and PartOfDomain is True and Domain is contoso.com?'
    # To undo: none; whatever is on the disks is gone
}

# ---- Clean server with the same FQDN
if (Test-Step -Id 'prep-os.2' -Title 'The name and the DNS suffix are those of before' -RunOn 'fs01.contoso.com' -Account 'lync-admin') {
    Get-ItemProperty -LiteralPath 'HKLM:\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters'
    Confirm-Check -Question 'Does the answer show every object: Hostname is fs01 and Domain is contoso.com?'
}

# ---- Clean server with the same FQDN
if (Test-Step -Id 'prep-os.3' -Title 'Take an image' -RunOn 'fs01.contoso.com' -Account 'lync-admin') {
    Write-Host 'Take an image of the system now, before anything is restored, and check that it can be read. It is the way back.'
    [void] (Read-Host 'Press Enter when it is done')
}

# ---- Copy it back and share it
if (Test-Step -Id 'fs-copy.1@pool01.contoso.com' -Title 'Make the folder' -RunOn 'fs01.contoso.com' -Account 'lync-admin') {
    Confirm-Check -Question 'Before: every server of the plan answers and lets us in?'
    Confirm-Check -Question 'Before: the account is in the groups the steps need?'
    Confirm-Check -Question 'Before: the server bears the name of the topology?'
    Confirm-Check -Question 'Before: the servers have room for what comes?'
    Confirm-Check -Question 'Before: the clocks agree?'
    New-Item -ItemType 'Directory' -Path 'C:\LyncShare' -Force
}

# ---- Copy it back and share it
if (Test-Step -Id 'fs-copy.2@pool01.contoso.com' -Title 'Copy the file store back' -RunOn 'fs01.contoso.com' -Account 'lync-admin') {
    # Note: Path and file names must be exactly as backed up, or components will not find their files.
    # Note: On DFS the backup goes to the member that is current.
    Confirm-Check -Question 'Before: the session reaches the backup share?'
    Confirm-Harm -Harm 'overwrites files in C:\LyncShare on fs01.contoso.com' -Name 'fs01.contoso.com'
    robocopy '\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\FileStore\fs01.contoso.com_LyncShare' 'C:\LyncShare' '/E' '/COPY:DATSO' '/DCOPY:T' '/R:2' '/W:5' '/XF' 'Meeting.Active'
    Assert-ExitCode -Low 0 -High 7
    Get-ChildItem -LiteralPath 'C:\LyncShare' | Out-Host
    Confirm-Check -Question 'Verify: does it show the number of objects is at least 1?'
    # To undo: none
}

# ---- Copy it back and share it
if (Test-Step -Id 'fs-copy.3@pool01.contoso.com' -Title 'Share the folder' -RunOn 'fs01.contoso.com' -Account 'lync-admin') {
    # Note: The recorded share permissions win; the grant to Administrators is enough for the next step to do the rest.
    # Note: Where the share is still there, this changes nothing.
    # Note: On a cluster, skip this and make the share with the cluster's own tool.
    net 'share' 'LyncShare=C:\LyncShare' '/GRANT:Administrators,FULL'
    Assert-ExitCode -Low 0 -High 2
    Test-Path -LiteralPath '\\fs01.contoso.com\LyncShare' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: the value is True?'
    # To undo: net share LyncShare /DELETE
}

# ---- Copy it back and share it
if (Test-Step -Id 'fs-copy.1@dir01.contoso.com' -Title 'Make the folder' -RunOn 'fs01.contoso.com' -Account 'lync-admin') {
    New-Item -ItemType 'Directory' -Path 'C:\DirShare' -Force
}

# ---- Copy it back and share it
if (Test-Step -Id 'fs-copy.2@dir01.contoso.com' -Title 'Copy the file store back' -RunOn 'fs01.contoso.com' -Account 'lync-admin') {
    # Note: Path and file names must be exactly as backed up, or components will not find their files.
    # Note: On DFS the backup goes to the member that is current.
    Confirm-Harm -Harm 'overwrites files in C:\DirShare on fs01.contoso.com' -Name 'fs01.contoso.com'
    robocopy '\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\FileStore\fs01.contoso.com_DirShare' 'C:\DirShare' '/E' '/COPY:DATSO' '/DCOPY:T' '/R:2' '/W:5' '/XF' 'Meeting.Active'
    Assert-ExitCode -Low 0 -High 7
    Get-ChildItem -LiteralPath 'C:\DirShare' | Out-Host
    Confirm-Check -Question 'Verify: does it show the number of objects is at least 1?'
    # To undo: none
}

# ---- Copy it back and share it
if (Test-Step -Id 'fs-copy.3@dir01.contoso.com' -Title 'Share the folder' -RunOn 'fs01.contoso.com' -Account 'lync-admin') {
    # Note: The recorded share permissions win; the grant to Administrators is enough for the next step to do the rest.
    # Note: Where the share is still there, this changes nothing.
    # Note: On a cluster, skip this and make the share with the cluster's own tool.
    net 'share' 'DirShare=C:\DirShare' '/GRANT:Administrators,FULL'
    Assert-ExitCode -Low 0 -High 2
    Test-Path -LiteralPath '\\fs01.contoso.com\DirShare' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: the value is True?'
    # To undo: net share DirShare /DELETE
}

# ---- Set the ACLs
if (Test-Step -Id 'fs-acl.1' -Title 'Make the folder for the report' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    New-Item -ItemType 'Directory' -Path 'C:\Logs' -Force
}

# ---- Set the ACLs
if (Test-Step -Id 'fs-acl.2' -Title 'Enable the topology' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    # Note: On permission errors download the topology in Topology Builder and publish it again.
    Confirm-Check -Question 'Before: every cmdlet and parameter of the plan exists there?'
    Test-Path -LiteralPath '\\fs01.contoso.com\LyncShare' | Out-Host
    Confirm-Check -Question 'Before: the file store''s share exists: does it show every object: the value is True?'
    Confirm-Harm -Harm 'rewrites permissions of the share, AD objects and ACLs according to the topology' -Name 'fs01.contoso.com'
    Enable-CsTopology -Report 'C:\Logs\Enable_Topology.html'
    # To undo: run Enable-CsTopology again; it is harmless to repeat
}

# Left out: Conference content of a paired pool: not paired
Write-Host 'Afterwards: Run Get-CsManagementStoreReplicationStatus after an hour; the Central Management store keeps its working files there.'
Write-Host 'Afterwards: Upload a presentation in a test meeting, and open the Address Book web query.'
Write-Host 'Afterwards: Share whatever else was on the file server again, for example the share that seeds a mirror.'
