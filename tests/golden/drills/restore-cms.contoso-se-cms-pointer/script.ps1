# Restore the server that hosts the Central Management store (restore-cms)
# Target: fe01.contoso.com. Backup set: 2026-11-22T013000Z_contoso. Plan: sha256:1c3fa62c13e6b081a7bc000ffb87417317d449d729f6ddd8243b135a5c2fdfb2
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

# ---- Point Active Directory at it
if (Test-Step -Id 'cms-scp.1' -Title 'Name the Central Management store' -RunOn 'se01.contoso.com' -Account 'lync-admin') {
    # Note: Without the mirror at first
    # Note: because that does not exist yet; it follows in cms-scp-mirror.
    Confirm-Check -Question 'Before: every cmdlet and parameter of the plan exists there?'
    Confirm-Harm -Harm 'changes the service connection point of the whole forest' -Name 'fe01.contoso.com'
    Set-CsConfigurationStoreLocation -SqlServerFqdn 'fe01.contoso.com' -SqlInstanceName 'rtc' -Verbose
    Get-CsConfigurationStoreLocation | Out-Host
    Confirm-Check -Question 'Verify: does it show at least one object: BackEndServer is fe01.contoso.com\rtc?'
    # To undo: run it again with another location
}

# Left out: Prepare: only cms-scp is needed
# Left out: Prepare both sides: only cms-scp is needed
# Left out: Bring the surviving mirror into service: only cms-scp is needed
# Left out: Bring the surviving mirror into service in SQL Server: only cms-scp is needed
# Left out: Take fresh exports from the surviving mirror: only cms-scp is needed
# Left out: Save the surviving mirror: only cms-scp is needed
# Left out: Are the exports and backups good?: only cms-scp is needed
# Left out: Clean server with the same FQDN: only cms-scp is needed
# Left out: Clean Back End Server with the same FQDN: only cms-scp is needed
# Left out: Clean Back End Servers for both sides: only cms-scp is needed
# Left out: Restore the file store: only cms-scp is needed
# Left out: Prepare first Standard Edition server: only cms-scp is needed
# Left out: Install SQL Server: only cms-scp is needed
# Left out: Install SQL Server on both sides: only cms-scp is needed
# Left out: Open the management shell: only cms-scp is needed
# Left out: Is there a newer configuration on a survivor?: only cms-scp is needed
# Left out: Take the store's databases out of mirroring: only cms-scp is needed
# Left out: Create the Central Management store's database again: only cms-scp is needed
# Left out: Name the Central Management store and its mirror: the mirror does not exist yet, or there is none
# Left out: Import the configuration: only cms-scp is needed
# Left out: Restore xds and lis from the rescued backups: only cms-scp is needed
# Left out: Enable the topology: only cms-scp is needed
# Left out: Stop the pool before its Back End is created empty: only cms-scp is needed
# Left out: Create the other databases, and the mirror: only cms-scp is needed
# Left out: Name the mirror in Active Directory: only cms-scp is needed
# Left out: Lync Server Deployment Wizard: only cms-scp is needed
# Left out: Restore user data: only cms-scp is needed
# Left out: Restore the pool's user data: only cms-scp is needed
# Left out: Restore the location information: only cms-scp is needed
# Left out: Restore Response Group: only cms-scp is needed
# Left out: Restore Archiving and Monitoring data: only cms-scp is needed
# Left out: Restore Persistent Chat: only cms-scp is needed
# Left out: Mirror the archiving and monitoring databases again: only cms-scp is needed
# Left out: Restart all Front End Servers: only cms-scp is needed
# Left out: Restart all Front End Servers after the change of the mirror: only cms-scp is needed
# Left out: Kerberos account password: only cms-scp is needed
# Left out: Check replication everywhere: only cms-scp is needed
Write-Host 'Afterwards: Run Get-CsManagementStoreReplicationStatus once more after an hour; every replica must be up to date.'
Write-Host 'Afterwards: Restart a new host of the Central Management store once (pitfall P30).'
Write-Host 'Afterwards: Sign in a test user and look at the contact list.'
Write-Host 'Afterwards: Take a fresh backup into a new set.'
