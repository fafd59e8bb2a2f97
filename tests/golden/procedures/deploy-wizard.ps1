# Lync Server Deployment Wizard, steps 1 to 4 (deploy-wizard)
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

# Replace each of these everywhere in this file (editor, Replace All); double any apostrophe.
$values = @(
    '<ServerFqdn>',
    '<GoodServerFqdn>'
)
if ($values -match '^<.*>$') {
    throw ('Fill in first: {0}' -f (($values -match '^<.*>$') -join ', '))
}

# ---- Step 1: Install Local Configuration Store
if (Test-Step -Id '' -Title 'Step 1: Install Local Configuration Store' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    Write-Host 'On <GoodServerFqdn> as lync-admin run: Get-CsComputer -Identity ''<ServerFqdn>'''
    Confirm-Check -Question 'Before: the server''s name is in the topology: does it show at least one object: Fqdn is the host <ServerFqdn>?'
    Get-ItemProperty -LiteralPath 'HKLM:\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters' | Out-Host
    Confirm-Check -Question 'Before: the server bears exactly that name: does it show every object: Hostname is <ServerName> and Domain is <ServerSuffix>?'
    Write-Host 'On <ServerFqdn>, as a local administrator in RTCUniversalServerAdmins, start \setup\amd64\Setup.exe from the Lync media, then Install or Update Lync Server System. Step 1: Install Local Configuration Store, Run, Retrieve directly from the Central Management store, Next, Finish.'
    [void] (Read-Host 'Press Enter when it is done')
    Get-CsTopology -LocalStore | Out-Host
    Confirm-Check -Question 'Verify: does it show the number of objects is at least 1?'
}

# ---- Step 2: Setup or Remove Lync Server Components
if (Test-Step -Id '' -Title 'Step 2: Setup or Remove Lync Server Components' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    Write-Host 'In the same window, Step 2: Setup or Remove Lync Server Components, Run. It installs the roles the published topology names for <ServerFqdn> and recreates its collocated databases. Review the log, Finish. If it asks for a restart, restart and run step 2 again.'
    [void] (Read-Host 'Press Enter when it is done')
    Get-CsWindowsService | Out-Host
    Confirm-Check -Question 'Verify: does it show at least one object: Name is RTCSRV?'
}

# ---- Bring the server to the update level of the others
# Only if the update level of the servers is recorded
if (Test-Step -Id '' -Title 'Bring the server to the update level of the others' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    Write-Host 'Close the wizard. Install the cumulative update that the other servers have, so that Programs and Features shows <UpdateLevel>; then open the wizard again.'
    [void] (Read-Host 'Press Enter when it is done')
    Get-ItemProperty -Path 'HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall\*' | Out-Host
    Confirm-Check -Question 'Verify: does it show at least one object: DisplayName contains Server 2013, Core Components and DisplayVersion is <UpdateLevel>?'
}

# ---- Step 3: Request, Install or Assign Certificates
if (Test-Step -Id '' -Title 'Step 3: Request, Install or Assign Certificates' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    Write-Host 'Step 3: Request, Install or Assign Certificates, Run. Assign the restored certificates (Default, Web internal, Web external). Never request OAuthTokenIssuer on a rebuilt server; it arrives by replication. Finished when the status is Assigned.'
    [void] (Read-Host 'Press Enter when it is done')
    Get-CsCertificate | Out-Host
    Confirm-Check -Question 'Verify: does it show at least one object: Use is Default?'
}

# ---- Step 4: Start Services
if (Test-Step -Id '' -Title 'Step 4: Start Services' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    Write-Host 'Step 4: Start Services, Run, Next, Finish. The result is best effort; look at Service Status (Optional) and start what is not running.'
    [void] (Read-Host 'Press Enter when it is done')
    Get-CsWindowsService | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Status is Running (within 30 min)?'
}

# ---- The local databases are as expected
if (Test-Step -Id '' -Title 'The local databases are as expected' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    Test-CsDatabase -LocalService
    Confirm-Check -Question 'Does the answer show every object: Succeed is True?'
}

# ---- The configuration has reached the server
if (Test-Step -Id '' -Title 'The configuration has reached the server' -RunOn '<GoodServerFqdn>' -Account 'lync-admin') {
    Get-CsManagementStoreReplicationStatus -ReplicaFqdn '<ServerFqdn>'
    Get-CsManagementStoreReplicationStatus -ReplicaFqdn '<ServerFqdn>' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: UpToDate is True (within 15 min)?'
}

