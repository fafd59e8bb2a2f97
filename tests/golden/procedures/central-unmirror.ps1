# Take the store's databases out of mirroring (central-unmirror)
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

# Replace each of these everywhere in this file (editor, Replace All); double any apostrophe.
$values = @(
    '<CmsInstance>',
    '<CmsSqlServerFqdn>',
    '<CmsMirrorInstance>',
    '<CmsMirrorSqlServerFqdn>'
)
if ($values -match '^<.*>$') {
    throw ('Fill in first: {0}' -f (($values -match '^<.*>$') -join ', '))
}

# ---- End the mirroring of xds on the primary
if (Test-Step -Id '' -Title 'End the mirroring of xds on the primary' -RunOn '<CmsInstance>' -Account 'sql-admin') {
    # Note: SQL Server neither drops nor creates a database that is mirrored; nothing is sent where it is not.
    Confirm-Harm -Harm 'ends the mirroring of xds, which is about to be created anew' -Name '<CmsSqlServerFqdn>'
    sqlcmd '-S' '<CmsInstance>' '-E' '-b' '-Q' 'USE [master];
IF EXISTS (SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL AND database_id = DB_ID(N''xds'')) ALTER DATABASE [xds] SET PARTNER OFF;'
    Assert-ExitCode -Low 0 -High 0
    # To undo: none; it is mirrored again in cms-databases
}

# ---- End the mirroring of lis on the primary
if (Test-Step -Id '' -Title 'End the mirroring of lis on the primary' -RunOn '<CmsInstance>' -Account 'sql-admin') {
    Confirm-Harm -Harm 'ends the mirroring of lis, which is about to be created anew' -Name '<CmsSqlServerFqdn>'
    sqlcmd '-S' '<CmsInstance>' '-E' '-b' '-Q' 'USE [master];
IF EXISTS (SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL AND database_id = DB_ID(N''lis'')) ALTER DATABASE [lis] SET PARTNER OFF;'
    Assert-ExitCode -Low 0 -High 0
    # To undo: none; it is mirrored again in cms-databases
}

# ---- End the mirroring of xds on the mirror
if (Test-Step -Id '' -Title 'End the mirroring of xds on the mirror' -RunOn '<CmsMirrorInstance>' -Account 'sql-admin') {
    Confirm-Harm -Harm 'ends the mirroring of xds, which is about to be created anew' -Name '<CmsMirrorSqlServerFqdn>'
    sqlcmd '-S' '<CmsMirrorInstance>' '-E' '-b' '-Q' 'USE [master];
IF EXISTS (SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL AND database_id = DB_ID(N''xds'')) ALTER DATABASE [xds] SET PARTNER OFF;'
    Assert-ExitCode -Low 0 -High 0
    # To undo: none; it is mirrored again in cms-databases
}

# ---- End the mirroring of lis on the mirror
if (Test-Step -Id '' -Title 'End the mirroring of lis on the mirror' -RunOn '<CmsMirrorInstance>' -Account 'sql-admin') {
    Confirm-Harm -Harm 'ends the mirroring of lis, which is about to be created anew' -Name '<CmsMirrorSqlServerFqdn>'
    sqlcmd '-S' '<CmsMirrorInstance>' '-E' '-b' '-Q' 'USE [master];
IF EXISTS (SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL AND database_id = DB_ID(N''lis'')) ALTER DATABASE [lis] SET PARTNER OFF;'
    Assert-ExitCode -Low 0 -High 0
    # To undo: none; it is mirrored again in cms-databases
}

