# Roll the unified contact store back after a restore (ucs-rollback)
# After: Restoring user data of users whose contacts were in the unified contact store
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
    '<PoolFqdn>'
)
if ($values -match '^<.*>$') {
    throw ('Fill in first: {0}' -f (($values -match '^<.*>$') -join ', '))
}
# Decide first: Shall these users stay out of the unified contact store? yes, by a policy of their own / yes, their present policy is changed / no, their contacts may move to Exchange again after seven days

# ---- Find the affected users
if (Test-Step -Id 'ucs-find' -Title 'Find the affected users' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    Write-Host 'List the users whose contacts were in the unified contact store when the backup was made; their clients say "Error: Incorrect Exchange Version". For each: Test-CsUnifiedContactStore -UserSipAddress sip:USER -TargetFqdn <PoolFqdn>. Success means that the contacts are in the unified contact store.'
    [void] (Read-Host 'Press Enter when it is done')
}

# ---- Keep them out of the unified contact store
# Only if not: ucs policy leave
# Only if Shall these users stay out of the unified contact store? yes, by a policy of their own
if (Test-Step -Id 'ucs-policy' -Title 'Keep them out of the unified contact store' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    # Note: Without it contacts migrate to Exchange again after seven days.
    Confirm-Harm -Harm 'changes the policy of users' -Name '<PoolFqdn>'
    Write-Host 'New-CsUserServicesPolicy -Identity NoUnifiedContactStore -UcsAllowed $False, once. Then for each user Grant-CsUserServicesPolicy -Identity USER -PolicyName NoUnifiedContactStore.'
    [void] (Read-Host 'Press Enter when it is done')
    # To undo: Grant-CsUserServicesPolicy with the policy they had, $Null for none
}

# ---- Keep them out of the unified contact store
# Only if not: ucs policy leave
# Only if Shall these users stay out of the unified contact store? yes, their present policy is changed
if (Test-Step -Id 'ucs-policy' -Title 'Keep them out of the unified contact store' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    # Note: Without it contacts migrate to Exchange again after seven days.
    Confirm-Harm -Harm 'changes the policy of users' -Name '<PoolFqdn>'
    Write-Host 'Set-CsUserServicesPolicy -Identity POLICY -UcsAllowed $False, with the policy that Get-CsUser shows for them; without one it is the global policy, which then changes for everybody.'
    [void] (Read-Host 'Press Enter when it is done')
    # To undo: Grant-CsUserServicesPolicy with the policy they had, $Null for none
}

# ---- Keep them out of the unified contact store
# Only if not: ucs policy leave
# Only if Shall these users stay out of the unified contact store? no, their contacts may move to Exchange again after seven days
if (Test-Step -Id 'ucs-policy' -Title 'Keep them out of the unified contact store' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    # Note: Without it contacts migrate to Exchange again after seven days.
    Confirm-Harm -Harm 'changes the policy of users' -Name '<PoolFqdn>'
    Write-Host 'Nothing.'
    [void] (Read-Host 'Press Enter when it is done')
    # To undo: Grant-CsUserServicesPolicy with the policy they had, $Null for none
}

# ---- Roll back
if (Test-Step -Id 'ucs-rollback-run' -Title 'Roll back' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    # Note: It takes ten minutes and more even for few contacts.
    # Note: An Exchange mailbox that moves back to an older Exchange moves after the rollback, never before.
    Confirm-Harm -Harm 'moves contacts of users from Exchange to Lync' -Name '<PoolFqdn>'
    Write-Host 'For each user: Invoke-CsUcsRollback -Identity USER. Never with -Force, which loses the contacts.'
    [void] (Read-Host 'Press Enter when it is done')
    # To undo: none; the contacts move back to Exchange where the policy allows it
}

Write-Host 'Afterwards: Let every user sign in again and look at the contact list.'
