# Restore the server that hosts the Central Management store (restore-cms)
# Target: pool01.contoso.com. Backup set: 2026-11-22T013000Z_contoso. Plan: sha256:77186ed777e6325258568fea2f684942975a4b343d3c7c4103be8082f9d369c4
# After: Restoring the server hosting the Central Management store in Lync Server 2013
# Start it in the Lync Server Management Shell. It asks before every step; -From ID goes on at a step.
# Where Windows refuses to run it (execution policy, or the mark of a file from the web), start it with
#     powershell -ExecutionPolicy Bypass -File .\NAME-OF-THIS-FILE.ps1
# or take the mark away with
#     Unblock-File -LiteralPath .\NAME-OF-THIS-FILE.ps1
# It keeps a transcript and what was answered beside itself, or in the profile of the user if it lies in a backup set.
#requires -Version 3.0
[CmdletBinding()]
param(
    # Id of the step to begin with; those before it are passed over.
    [string] $From = ''
)
$ErrorActionPreference = 'Stop'
# How many values of a list are shown; the formatter asks for the global one, which Close-Record sets back.
$script:Limit = $global:FormatEnumerationLimit
if ($PSVersionTable.PSVersion.Major -gt 5) {
    $PSNativeCommandArgumentPassing = 'Legacy'
    $PSNativeCommandUseErrorActionPreference = $false
    Write-Warning ('This is PowerShell {0}. The Lync module needs Windows PowerShell:' -f $PSVersionTable.PSVersion)
    Write-Warning 'start this script with powershell.exe on the servers.'
}
$script:Waiting = ''
$script:Now = $null
$script:Doing = ''
$script:Run = 0
$script:Skipped = 0
$script:Passed = 0
$script:Transcript = ''
$script:Answers = ''
$script:Ended = $false

function Get-StartLine([string] $Id) {
    $program = if ($PSVersionTable.PSVersion.Major -gt 5) { 'pwsh' } else { 'powershell' }
    $step = if ($Id -match '^[\w./@-]+$') { $Id } else { '"{0}"' -f $Id }
    return '{0} -ExecutionPolicy Bypass -File "{1}" -From {2}' -f $program, $PSCommandPath, $step
}

# The message of an error, with the reasons inside it that it does not name itself.
function Get-Reason([object] $Failure) {
    $text = [string] $Failure
    $inner = $Failure.Exception.InnerException
    while ($null -ne $inner) {
        if (-not $text.Contains($inner.Message)) { $text = '{0} ({1})' -f $text, $inner.Message }
        $inner = $inner.InnerException
    }
    return $text
}

# One line of the file of answers, from which a new start knows where to go on.
function Add-Record([string] $Step, [string] $Asked, [string] $Answer) {
    if ($script:Answers -eq '') { return }
    $time = [DateTime]::Now.ToString('s', [System.Globalization.CultureInfo]::InvariantCulture)
    $line = [PSCustomObject] @{
        Time = $time; Plan = $script:Plan; Computer = [System.Net.Dns]::GetHostName(); Step = $Step
        Asked = $Asked; Answer = $Answer
    }
    try {
        $line | Export-Csv -LiteralPath $script:Answers -Append -NoTypeInformation -Encoding 'UTF8'
    } catch {
        Write-Warning ('Answers are no longer kept in {0}: {1}' -f $script:Answers, (Get-Reason -Failure $_))
        $script:Answers = ''
    }
}

function Read-Answer([string] $Question) {
    $answer = Read-Host -Prompt $Question
    if ($null -eq $answer) { throw ('Nobody is there to answer: {0}' -f $Question) }
    if ($null -ne $script:Now) { Add-Record -Step $script:Now.Id -Asked $Question -Answer $answer }
    return $answer
}

function Read-Choice([string] $Question) {
    while ($true) {
        $answer = Read-Answer -Question ('{0} (yes or no)' -f $Question)
        if (@('yes', 'no') -contains $answer) { return $answer -eq 'yes' }
    }
}

# The step at which the last run of this plan stopped; empty where it ran to its end or there was none.
function Get-Unfinished {
    if ($script:Answers -eq '' -or -not (Test-Path -LiteralPath $script:Answers)) { return '' }
    try {
        $all = @(Import-Csv -LiteralPath $script:Answers -Encoding 'UTF8')
    } catch {
        Write-Warning ('{0} cannot be read: {1}' -f $script:Answers, (Get-Reason -Failure $_))
        return ''
    }
    $last = $all | Where-Object -FilterScript { $_.Plan -eq $script:Plan } | Select-Object -Last 1
    if ($null -eq $last) { return '' }
    $at = [Array]::IndexOf($script:Steps, $last.Step)
    if ($at -ge 0 -and $last.Asked -eq 'ended' -and @('run', 'skipped') -contains $last.Answer) { $at++ }
    if ($at -lt 0 -or $at -ge $script:Steps.Count) { return '' }
    Write-Host ('The last run of this script stopped at step {0} ({1}, {2}).' -f $script:Steps[$at], $last.Time,
        $last.Computer)
    return $script:Steps[$at]
}

function Open-Record {
    $global:FormatEnumerationLimit = 100
    if ($From -ne '' -and $script:Steps -notcontains $From) {
        Write-Host ('There is no step {0}. The steps are:' -f $From) -ForegroundColor 'Red'
        foreach ($step in $script:Steps) { Write-Host ('    {0}' -f $step) }
        $script:Ended = $true
        exit 2
    }
    if ($PSCommandPath) {
        $folder = Split-Path -Parent -Path $PSCommandPath
        if (Test-Path -LiteralPath (Join-Path -Path $folder -ChildPath 'manifest.json')) {
            # Nothing may be added to a backup set.
            $folder = [Environment]::GetFolderPath('UserProfile')
        }
        $name = (Split-Path -Leaf -Path $PSCommandPath) -replace '\.ps1$', ''
        $base = Join-Path -Path $folder -ChildPath $name
        $script:Answers = '{0}.answers.csv' -f $base
        $time = [DateTime]::Now.ToString('yyyy-MM-dd_HHmmss', [System.Globalization.CultureInfo]::InvariantCulture)
        $path = '{0}.{1}.transcript.txt' -f $base, $time
        try {
            [void] (Start-Transcript -Path $path)
            $script:Transcript = $path
            Write-Host ('Transcript: {0}' -f $path)
        } catch {
            Write-Warning ('No transcript is kept: {0}' -f (Get-Reason -Failure $_))
        }
    }
    Write-Host ('{0} steps. It asks before each of them.' -f $script:Steps.Count)
    $script:Waiting = $From
    if ($From -eq '') {
        $step = Get-Unfinished
        if ($step -ne '' -and (Read-Choice -Question 'Go on there (yes), or begin with the first step (no)?')) {
            $script:Waiting = $step
        }
    }
}

# The step before is over; what it did, it did.
function Complete-Step {
    if ($null -ne $script:Now) {
        Add-Record -Step $script:Now.Id -Asked 'ended' -Answer $script:Now.Answer
        if ($script:Now.Answer -eq 'run') { $script:Run++ } else { $script:Skipped++ }
    }
    $script:Now = $null
    $script:Doing = ''
}

function Test-Step(
    [string] $Id, [string] $Title, [string] $RunOn, [string] $Account, [string] $Look = '', [string] $Undo = ''
) {
    if ($script:Waiting -ne '') {
        if ($Id -ne $script:Waiting) { $script:Passed++; return $false }
        $script:Waiting = ''
    }
    Complete-Step
    $script:Now = @{ Id = $Id; Title = $Title; RunOn = $RunOn; Look = $Look; Undo = $Undo; Answer = 'skipped' }
    Add-Record -Step $Id -Asked 'reached' -Answer ''
    Write-Host ''
    Write-Host ('{0}  {1}' -f $Id, $Title) -ForegroundColor 'Cyan'
    Write-Host ('Run it on {0} as {1}.' -f $RunOn, $Account)
    $computer = ([System.Net.Dns]::GetHostName() -split '\.')[0]
    if (($RunOn -split '[.\\]')[0] -ne $computer) {
        Write-Warning ('This is {0}. Start this script on {1} with -From {2};' -f $computer, $RunOn, $Id)
        Write-Warning 'or answer here, where the step may as well run from this computer.'
    }
    while ($true) {
        switch (Read-Answer -Question 'run, skip or quit') {
            'run' { $script:Now.Answer = 'run'; return $true }
            'skip' { return $false }
            'quit' {
                Write-Host ('Go on later with: {0}' -f (Get-StartLine -Id $Id))
                $script:Ended = $true
                exit 130
            }
        }
    }
}

function Invoke-Shown([scriptblock] $Command) {
    $script:Doing = $Command.ToString().Trim()
    Write-Host ('> {0}' -f $script:Doing) -ForegroundColor 'DarkGray'
    & $Command
}

function Confirm-Harm([string] $Harm, [string] $Name) {
    Write-Host ('DESTRUCTIVE: {0}' -f $Harm) -ForegroundColor 'Red'
    while ((Read-Answer -Question ('Type {0} to go on (Ctrl+C stops)' -f $Name)) -ne $Name) { }
}

function Confirm-Check([string] $Question) {
    if (-not (Read-Choice -Question $Question)) { throw ('The answer was no: {0}' -f $Question) }
}

function Confirm-Tolerated([object] $Failure, [string[]] $Words) {
    Write-Host ('Error: {0}' -f (Get-Reason -Failure $Failure)) -ForegroundColor 'Yellow'
    Write-Host ('It does not count if it has these words: {0}' -f ($Words -join ' / '))
    if (-not (Read-Choice -Question 'Does it not count?')) { throw $Failure }
}

function Assert-ExitCode([int] $Low, [int] $High) {
    if ($LASTEXITCODE -lt $Low -or $LASTEXITCODE -gt $High) {
        $success = if ($Low -eq $High) { "$Low means" } else { "$Low to $High mean" }
        throw ('Exit code {0}; {1} success.' -f $LASTEXITCODE, $success)
    }
}

function Show-Failure([object] $Failure) {
    Write-Host ''
    if ($null -eq $script:Now) {
        Write-Host ('STOPPED: {0}' -f (Get-Reason -Failure $Failure)) -ForegroundColor 'Red'
        return
    }
    Write-Host ('STOPPED at step {0}: {1}' -f $script:Now.Id, $script:Now.Title) -ForegroundColor 'Red'
    if ($script:Doing -ne '') { Write-Host ('What ran: {0}' -f $script:Doing) }
    Write-Host ('Error: {0}' -f (Get-Reason -Failure $Failure)) -ForegroundColor 'Red'
    Add-Record -Step $script:Now.Id -Asked 'ended' -Answer ('error: {0}' -f (Get-Reason -Failure $Failure))
    if ($script:Now.Look -ne '') {
        Write-Host ('Look at: {0}.' -f $script:Now.Look)
    } else {
        Write-Host ('Look at: the error above, and the event logs of {0} at this time.' -f $script:Now.RunOn)
    }
    if ($script:Now.Undo -ne '') { Write-Host ('To undo: {0}' -f $script:Now.Undo) }
    Write-Host ('When it is fixed, go on with: {0}' -f (Get-StartLine -Id $script:Now.Id))
}

function Complete-Record {
    Complete-Step
    Add-Record -Step '' -Asked 'ended' -Answer 'finished'
    $script:Ended = $true
    Write-Host ('Finished: {0} steps run, {1} skipped, {2} passed over before the first.' -f $script:Run, $script:Skipped,
        $script:Passed) -ForegroundColor 'Green'
}

function Close-Record {
    $interrupted = -not $script:Ended
    if ($interrupted -and $null -ne $script:Now) {
        Write-Host ''
        Write-Host ('INTERRUPTED at step {0}: {1}' -f $script:Now.Id, $script:Now.Title) -ForegroundColor 'Red'
        if ($script:Doing -ne '') { Write-Host ('What ran: {0}' -f $script:Doing) }
        Write-Host ('Go on with: {0}' -f (Get-StartLine -Id $script:Now.Id))
    }
    if ($script:Answers -ne '' -and (Test-Path -LiteralPath $script:Answers)) {
        Write-Host ('Answers: {0}' -f $script:Answers)
    }
    if ($script:Transcript -ne '') {
        Write-Host ('Transcript: {0}' -f $script:Transcript)
        [void] (Stop-Transcript)
    }
    $global:FormatEnumerationLimit = $script:Limit
    if ($interrupted) { exit 130 }
}

function Read-Value([string] $Question) {
    $values = @()
    while ($true) {
        $line = Read-Answer -Question ('{0}: one value a line, an empty line ends' -f $Question)
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

$script:Plan = 'sha256:77186ed777e6325258568fea2f684942975a4b343d3c7c4103be8082f9d369c4'
$script:Steps = @(
    'prepare/prep-decide',
    'prepare/prep-ad',
    'cms-bare.1',
    'cms-bare.2',
    'cms-bare.3',
    'cms-sql.1',
    'cms-shell.2',
    'cms-local-store.1',
    'cms-local-store.2',
    'cms-local-store.3',
    'cms-local-store.4',
    'cms-create',
    'cms-scp.1',
    'cms-import.1',
    'cms-import.2',
    'cms-import.3',
    'cms-enable.1',
    'cms-enable.2',
    'cms-fe-stop.1',
    'cms-fe-stop.2@fe01.contoso.com',
    'cms-fe-stop.2@fe02.contoso.com',
    'cms-fe-stop.2@fe03.contoso.com',
    'cms-databases.1',
    'cms-databases.4',
    'cms-userdata.1',
    'cms-userdata.2@fe01.contoso.com',
    'cms-userdata.2@fe02.contoso.com',
    'cms-userdata.2@fe03.contoso.com',
    'cms-userdata.3',
    'cms-userdata.4@fe01.contoso.com',
    'cms-userdata.4@fe02.contoso.com',
    'cms-userdata.4@fe03.contoso.com',
    'cms-userdata.5@fe01.contoso.com',
    'cms-userdata.5@fe02.contoso.com',
    'cms-userdata.5@fe03.contoso.com',
    'cms-userdata.6',
    'cms-userdata.7',
    'cms-lis.1',
    'cms-lis.2',
    'cms-lis.3',
    'cms-lis.4',
    'restore-rgs/rgs-import.1',
    'restore-rgs/rgs-import.2',
    'restore-rgs/rgs-verify.1',
    'restore-rgs/rgs-verify.2',
    'restore-rgs/rgs-verify.3',
    'restore-rgs/rgs-verify.4',
    'restore-rgs/rgs-verify.5',
    'restore-archmon/ma-device@LcsLog',
    'restore-archmon/ma-device@LcsCDR',
    'restore-archmon/ma-device@QoEMetrics',
    'restore-archmon/ma-options@LcsLog',
    'restore-archmon/ma-options@LcsCDR',
    'restore-archmon/ma-options@QoEMetrics',
    'restore-archmon/ma-acl@LcsLog',
    'restore-archmon/ma-acl@LcsCDR',
    'restore-archmon/ma-acl@QoEMetrics',
    'restore-pchat/pc-stop.1@chat01.contoso.com',
    'restore-pchat/pc-stop.1@chat02.contoso.com',
    'restore-pchat/pc-sql.1@mgc',
    'restore-pchat/pc-sql.2@mgc',
    'restore-pchat/pc-sql.3@mgc',
    'restore-pchat/pc-start.1@chat01.contoso.com',
    'restore-pchat/pc-start.1@chat02.contoso.com',
    'restore-pchat/pc-start.3',
    'restore-pchat/pc-start.4',
    'cms-final.1',
    'cms-final.2',
    'cms-accept.1.1',
    'cms-accept.1.2',
    'cms-accept.1.3',
    'cms-accept.1.4',
    'cms-accept.1.5',
    'cms-accept.1.6'
)

try {
Open-Record

# ---- Prepare
if (Test-Step -Id 'prepare/prep-decide' -Title 'Decide what to restore' -RunOn 'pool01.contoso.com' -Account 'lync-admin') {
    # Note: Restore only when troubleshooting has failed; a restore costs downtime and everything since the backup.
    # Note: The person named in the plan decides. Have media, keys, certificates and the worksheets ready before you continue.
    Write-Host 'Decide: Decide what to restore (restore)'
    [void] (Read-Answer -Question 'Press Enter when it is done')
}

# ---- Prepare
if (Test-Step -Id 'prepare/prep-ad' -Title 'Keep the AD computer account: sql01.contoso.com' -RunOn 'dc01.contoso.com' -Account 'domain-admin' -Look 'on dc01.contoso.com run: Get-ADComputer -Identity ''sql01'' -Properties @(''MemberOf'') | Format-List -Property ''*'' | Out-Host; if it shows every object: Enabled is True; for each of them one object: MemberOf names , the step has had its effect') {
    # Note: Joining with the same name re-uses the account; deleting it loses the group memberships.
    # Note: A server that runs Lync is in groups whose names begin with RTC; compare it with another server of its role.
    # Note: Since October 2022 (KB5020276) only the account's creator or an allowed owner may join with it again.
    Write-Host 'Do not delete the computer account of sql01.contoso.com when Windows is installed again. Have the AD administrator check that the account exists, is enabled, and is still a member of its Lync (RTC) groups; reset it if needed.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    Invoke-Shown -Command { Get-ADComputer -Identity 'sql01' -Properties @('MemberOf') | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Enabled is True; for each of them one object: MemberOf names ?'
}

# ---- New Windows installation of the Back End Server with the same FQDN
if (Test-Step -Id 'cms-bare.1' -Title 'Install Windows with the original computer name: sql01.contoso.com' -RunOn 'sql01.contoso.com' -Account 'lync-admin' -Look 'on sql01.contoso.com run: Get-CimInstance -ClassName ''Win32_ComputerSystem'' | Format-List -Property ''*'' | Out-Host; if it shows every object: DNSHostName is sql01 and PartOfDomain is True and Domain is contoso.com, the step has had its effect' -Undo 'none; all data on the disks is lost') {
    Confirm-Check -Question 'Before: sql01.contoso.com does not answer, or does not run its role?'
    Confirm-Harm -Harm 'the disks of the computer that becomes sql01.contoso.com are wiped' -Name 'sql01.contoso.com'
    Write-Host 'Install Windows on the replacement computer with the name sql01.contoso.com: same computer name, same DNS suffix, same IP address and DNS record as before; join the domain with the existing computer account; install the patches; leave the Windows Firewall on.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    Invoke-Shown -Command { Get-CimInstance -ClassName 'Win32_ComputerSystem' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: DNSHostName is sql01 and PartOfDomain is True and Domain is contoso.com?'
    # To undo: none; all data on the disks is lost
}

# ---- New Windows installation of the Back End Server with the same FQDN
if (Test-Step -Id 'cms-bare.2' -Title 'Check that name and DNS suffix are the original ones: sql01.contoso.com' -RunOn 'sql01.contoso.com' -Account 'lync-admin') {
    Invoke-Shown -Command { Get-ItemProperty -LiteralPath 'HKLM:\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Hostname is sql01 and Domain is contoso.com?'
}

# ---- New Windows installation of the Back End Server with the same FQDN
if (Test-Step -Id 'cms-bare.3' -Title 'Take a system image: sql01.contoso.com' -RunOn 'sql01.contoso.com' -Account 'lync-admin') {
    Write-Host 'Take an image of the system now, before anything is restored, and check that it can be read. With it you can return to this state.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
}

# ---- Install SQL Server
if (Test-Step -Id 'cms-sql.1' -Title 'Install SQL Server with the original configuration: sql01.contoso.com' -RunOn 'sql01.contoso.com' -Account 'lync-admin' -Look 'on sql01.contoso.com\RTC run: sqlcmd ''-S'' ''sql01.contoso.com\RTC'' ''-E'' ''-b'' ''-x'' ''-Q'' ''SELECT @@SERVERNAME AS server_name, @@VERSION AS version_text, CAST(SERVERPROPERTY(N''''ProductVersion'''') AS nvarchar(128)) AS product_version, CAST(SERVERPROPERTY(N''''ProductLevel'''') AS nvarchar(128)) AS product_level, CAST(SERVERPROPERTY(N''''Edition'''') AS nvarchar(128)) AS edition, CAST(SERVERPROPERTY(N''''MachineName'''') AS nvarchar(128)) AS machine_name, CAST(SERVERPROPERTY(N''''InstanceName'''') AS nvarchar(128)) AS instance_name, CAST(SERVERPROPERTY(N''''Collation'''') AS nvarchar(128)) AS collation, IS_SRVROLEMEMBER(N''''sysadmin'''') AS is_sysadmin;'' | Out-Host; if it shows every object: is_sysadmin is 1, the step has had its effect' -Undo 'uninstall the instance') {
    # Note: The topology does not recognise an instance with another name (pitfall P21).
    Write-Host 'Install SQL Server on sql01.contoso.com by the organisation''s own procedure, as it was installed originally: the same version, edition and service pack as before, the instance sql01.contoso.com\RTC under its old name, the same folders, service accounts, permissions and logins. Open its ports in the firewall (1433, UDP 1434, the instance''s own, and for mirroring 5022, on a witness 7022).'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    Write-Host 'On sql01.contoso.com\RTC as sql-admin run: sqlcmd ''-S'' ''sql01.contoso.com\RTC'' ''-E'' ''-b'' ''-x'' ''-Q'' ''SELECT @@SERVERNAME AS server_name, @@VERSION AS version_text, CAST(SERVERPROPERTY(N''''ProductVersion'''') AS nvarchar(128)) AS product_version, CAST(SERVERPROPERTY(N''''ProductLevel'''') AS nvarchar(128)) AS product_level, CAST(SERVERPROPERTY(N''''Edition'''') AS nvarchar(128)) AS edition, CAST(SERVERPROPERTY(N''''MachineName'''') AS nvarchar(128)) AS machine_name, CAST(SERVERPROPERTY(N''''InstanceName'''') AS nvarchar(128)) AS instance_name, CAST(SERVERPROPERTY(N''''Collation'''') AS nvarchar(128)) AS collation, IS_SRVROLEMEMBER(N''''sysadmin'''') AS is_sysadmin;'' | Out-Host'
    Confirm-Check -Question 'Verify: does it show every object: is_sysadmin is 1?'
    # To undo: uninstall the instance
}

# ---- Open the management shell
if (Test-Step -Id 'cms-shell.2' -Title 'Check that this computer has the cumulative update (CU) version of the other servers' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    # Note: Databases get the CU version of the computer whose shell creates them.
    Invoke-Shown -Command { Get-ItemProperty -Path 'HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall\*' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show at least one object: DisplayName contains Server 2013, Core Components and DisplayVersion is 5.0.8308.887?'
}

# ---- Is there a newer configuration on a surviving server?
if (Test-Step -Id 'cms-local-store.1' -Title 'Create the folder' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Invoke-Shown -Command { New-Item -ItemType 'Directory' -Path 'C:\Restore' -Force -Confirm:$false | Out-Host }
}

# ---- Is there a newer configuration on a surviving server?
if (Test-Step -Id 'cms-local-store.2' -Title 'Export the local replica' -RunOn 'fe01.contoso.com' -Account 'lync-admin' -Look 'on fe01.contoso.com run: Get-Item -LiteralPath ''C:\Restore\Local.zip'' | Format-List -Property ''*'' | Out-Host; if it shows every object: LastWriteTime is another than what it was just before this step and Length is not 0, the step has had its effect') {
    Confirm-Check -Question 'Before: every cmdlet and parameter of the plan exists there?'
    Invoke-Shown -Command { Test-Path -LiteralPath 'C:\Restore\Local.zip' | Out-Host }
    Confirm-Check -Question 'Before: there is no such file yet; rename what an earlier try left: does it show every object: the value is False?'
    Invoke-Shown -Command { Export-CsConfiguration -FileName 'C:\Restore\Local.zip' -LocalStore | Out-Host }
    Invoke-Shown -Command { Get-Item -LiteralPath 'C:\Restore\Local.zip' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: LastWriteTime is another than what it was just before this step and Length is not 0?'
}

# ---- Is there a newer configuration on a surviving server?
if (Test-Step -Id 'cms-local-store.3' -Title 'Copy the export of the set beside it' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Confirm-Check -Question 'Before: the session reaches the backup share?'
    Invoke-Shown -Command { robocopy '\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso' 'C:\Restore' 'Config.zip' '/COPY:DAT' '/R:2' '/W:5' | Out-Host }
    Assert-ExitCode -Low 0 -High 7
}

# ---- Is there a newer configuration on a surviving server?
if (Test-Step -Id 'cms-local-store.4' -Title 'Compare the replica with the export' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    # Note: Compare Local.zip and Config.zip (date, servers and pools in the topology, number of policies in DocItemSet.xml). The plan takes backup; if the other one is to be taken, stop here and plan again with the other answer, beginning at cms-local-store.
    # Note: The replica may lack what was changed in the last minutes, and an unhealthy one is older than the backup.
    # Note: Enabling an older topology drops the servers added since that backup.
    Write-Host 'Decide: Compare the replica with the export (as planned)'
    [void] (Read-Answer -Question 'Press Enter when it is done')
}

# ---- Re-create the Central Management store's databases
if (Test-Step -Id 'cms-create' -Title 'Re-create the Central Management store''s databases' -RunOn 'fe01.contoso.com' -Account 'lync-admin' -Look 'on fe01.contoso.com run: Test-CsDatabase -CentralManagementDatabase -SqlServerFqdn ''sql01.contoso.com'' -SqlInstanceName ''RTC'' | Format-List -Property ''*'' | Out-Host; if it shows every object: Succeed is True, the step has had its effect' -Undo 'none') {
    # Note: Be sure that the store is lost and that this is the new server, never the surviving mirror.
    # Note: RTCUniversalServerAdmins must not own the databases. On a SQL cluster name the paths with -DatabasePaths.
    Confirm-Check -Question 'Before: every SQL instance of the plan answers and accepts the account?'
    Confirm-Check -Question 'Before: every instance has its old name?'
    Confirm-Check -Question 'Before: the instances are of a fitting version?'
    Confirm-Check -Question 'Before: the database servers have room?'
    Confirm-Check -Question 'Before: the model database has its original size?'
    Confirm-Check -Question 'Before: no transaction log is about to be full?'
    Confirm-Check -Question 'Before: no database is owned by RTCUniversalServerAdmins?'
    Confirm-Check -Question 'Before: no master serves the Central Management store?'
    Write-Host 'On sql01.contoso.com\RTC as sql-admin run: sqlcmd ''-S'' ''sql01.contoso.com\RTC'' ''-E'' ''-b'' ''-x'' ''-Q'' ''SELECT @@SERVERNAME AS server_name, @@VERSION AS version_text, CAST(SERVERPROPERTY(N''''ProductVersion'''') AS nvarchar(128)) AS product_version, CAST(SERVERPROPERTY(N''''ProductLevel'''') AS nvarchar(128)) AS product_level, CAST(SERVERPROPERTY(N''''Edition'''') AS nvarchar(128)) AS edition, CAST(SERVERPROPERTY(N''''MachineName'''') AS nvarchar(128)) AS machine_name, CAST(SERVERPROPERTY(N''''InstanceName'''') AS nvarchar(128)) AS instance_name, CAST(SERVERPROPERTY(N''''Collation'''') AS nvarchar(128)) AS collation, IS_SRVROLEMEMBER(N''''sysadmin'''') AS is_sysadmin;'' | Out-Host'
    Confirm-Check -Question 'Before: the SQL Server instance answers: does it show the number of objects is 1?'
    Confirm-Harm -Harm 'deletes xds and lis on sql01.contoso.com\RTC if they are there, and creates them empty' -Name 'sql01.contoso.com'
    Invoke-Shown -Command { Install-CsDatabase -CentralManagementDatabase -Clean -SqlServerFqdn 'sql01.contoso.com' -SqlInstanceName 'RTC' -Verbose -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Test-CsDatabase -CentralManagementDatabase -SqlServerFqdn 'sql01.contoso.com' -SqlInstanceName 'RTC' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Succeed is True?'
    # To undo: none
}

# ---- Set the CMS service connection point (SCP)
if (Test-Step -Id 'cms-scp.1' -Title 'Set the SCP to the Central Management store' -RunOn 'fe01.contoso.com' -Account 'lync-admin' -Look 'on fe01.contoso.com run: Get-CsConfigurationStoreLocation | Format-List -Property ''*'' | Out-Host; if it shows at least one object: BackEndServer is sql01.contoso.com\RTC, the step has had its effect' -Undo 'run it again with another location') {
    # Note: Without the mirror at first, because that does not exist yet; it follows in cms-scp-mirror.
    Confirm-Harm -Harm 'changes the service connection point of the whole forest' -Name 'sql01.contoso.com'
    Invoke-Shown -Command { Set-CsConfigurationStoreLocation -SqlServerFqdn 'sql01.contoso.com' -SqlInstanceName 'RTC' -Verbose -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-CsConfigurationStoreLocation | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show at least one object: BackEndServer is sql01.contoso.com\RTC?'
    # To undo: run it again with another location
}

# ---- Import the configuration
if (Test-Step -Id 'cms-import.1' -Title 'Create the folders' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Invoke-Shown -Command { New-Item -ItemType 'Directory' -Path @('C:\Restore', 'C:\Logs') -Force -Confirm:$false | Out-Host }
}

# ---- Import the configuration
if (Test-Step -Id 'cms-import.2' -Title 'Copy the export to the server and check it' -RunOn 'fe01.contoso.com' -Account 'lync-admin' -Look 'on fe01.contoso.com run: certutil ''-hashfile'' ''C:\Restore\Config.zip'' ''SHA256'' | Out-Host; if it shows at least one object: the value contains 1b19ee7df3cb9ecbfab9e3ab00e803d17d82d735559ad9653bf78f520bae047e, the step has had its effect') {
    Invoke-Shown -Command { robocopy '\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso' 'C:\Restore' 'Config.zip' '/COPY:DAT' '/R:2' '/W:5' | Out-Host }
    Assert-ExitCode -Low 0 -High 7
    Invoke-Shown -Command { certutil '-hashfile' 'C:\Restore\Config.zip' 'SHA256' | Out-Host }
    Confirm-Check -Question 'Verify: does it show at least one object: the value contains 1b19ee7df3cb9ecbfab9e3ab00e803d17d82d735559ad9653bf78f520bae047e?'
}

# ---- Import the configuration
if (Test-Step -Id 'cms-import.3' -Title 'Import the configuration' -RunOn 'fe01.contoso.com' -Account 'lync-admin' -Look 'on fe01.contoso.com run: Get-CsPool | Format-List -Property ''*'' | Out-Host; if it shows for each of them one object: Fqdn is the host chatpool.contoso.com, dir01.contoso.com, edgepool.contoso.com, medpool.contoso.com, pool01.contoso.com, se02.contoso.com, the step has had its effect' -Undo 'none; import another export') {
    Confirm-Check -Question 'Before: no master serves the Central Management store?'
    Invoke-Shown -Command { Get-CsConfigurationStoreLocation | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Before: the service connection point (SCP) names this store: does it show at least one object: BackEndServer is sql01.contoso.com\RTC?'
    Invoke-Shown -Command { Test-CsDatabase -CentralManagementDatabase -SqlServerFqdn 'sql01.contoso.com' -SqlInstanceName 'RTC' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Before: its databases exist: does it show every object: Succeed is True?'
    Confirm-Harm -Harm 'replaces topology, policies and settings in the Central Management store' -Name 'sql01.contoso.com'
    Invoke-Shown -Command { Import-CsConfiguration -FileName 'C:\Restore\Config.zip' | Out-Host }
    Invoke-Shown -Command { Get-CsPool | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show for each of them one object: Fqdn is the host chatpool.contoso.com, dir01.contoso.com, edgepool.contoso.com, medpool.contoso.com, pool01.contoso.com, se02.contoso.com?'
    # To undo: none; import another export
}

# ---- Enable the topology
if (Test-Step -Id 'cms-enable.1' -Title 'Create the folder for the report' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Invoke-Shown -Command { New-Item -ItemType 'Directory' -Path 'C:\Logs' -Force -Confirm:$false | Out-Host }
}

# ---- Enable the topology
if (Test-Step -Id 'cms-enable.2' -Title 'Enable the topology' -RunOn 'fe01.contoso.com' -Account 'lync-admin' -Look 'on fe01.contoso.com run: Get-Item -LiteralPath ''C:\Logs\Enable_Topology.html'' | Format-List -Property ''*'' | Out-Host; if it shows every object: LastWriteTime is another than what it was just before this step and Length is not 0, the step has had its effect' -Undo 'run Enable-CsTopology again; it is harmless to repeat') {
    Invoke-Shown -Command { Get-CsPool -Identity 'pool01.contoso.com' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Before: the topology in the store contains the pool: does it show at least one object: Fqdn is the host pool01.contoso.com?'
    Confirm-Harm -Harm 'writes AD objects, ACLs and file share permissions according to the topology' -Name 'sql01.contoso.com'
    Invoke-Shown -Command { Enable-CsTopology -Report 'C:\Logs\Enable_Topology.html' -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-Item -LiteralPath 'C:\Logs\Enable_Topology.html' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: LastWriteTime is another than what it was just before this step and Length is not 0?'
    # To undo: run Enable-CsTopology again; it is harmless to repeat
}

# ---- Stop the pool before its databases are created empty
if (Test-Step -Id 'cms-fe-stop.1' -Title 'Copy the export to the importing server and check it' -RunOn 'fe01.contoso.com' -Account 'lync-admin' -Look 'on fe01.contoso.com run: certutil ''-hashfile'' ''C:\Restore\UserData\pool01.contoso.com.zip'' ''SHA256'' | Out-Host; if it shows at least one object: the value contains 3455cc849dc7ec435a6856b761105f2a3d4a16269fb5c98a2a5dff8cc1b33d3f, the step has had its effect') {
    Invoke-Shown -Command { robocopy '\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\UserData' 'C:\Restore\UserData' 'pool01.contoso.com.zip' '/COPY:DAT' '/R:2' '/W:5' | Out-Host }
    Assert-ExitCode -Low 0 -High 7
    Invoke-Shown -Command { certutil '-hashfile' 'C:\Restore\UserData\pool01.contoso.com.zip' 'SHA256' | Out-Host }
    Confirm-Check -Question 'Verify: does it show at least one object: the value contains 3455cc849dc7ec435a6856b761105f2a3d4a16269fb5c98a2a5dff8cc1b33d3f?'
}

# ---- Stop the pool before its databases are created empty
if (Test-Step -Id 'cms-fe-stop.2@fe01.contoso.com' -Title 'Stop the Lync services: fe01.contoso.com' -RunOn 'fe01.contoso.com' -Account 'lync-admin' -Look 'on fe01.contoso.com run: Get-CsWindowsService -ComputerName ''fe01.contoso.com'' | Format-List -Property ''*'' | Out-Host; if it shows every object: Status is Stopped (within 10 min), the step has had its effect' -Undo 'Start-CsWindowsService -ComputerName fe01.contoso.com -NoWait, on every Front End Server') {
    # Note: Front End Servers must not run with an empty user store.
    Confirm-Harm -Harm 'stops Lync on fe01.contoso.com; the pool is without service until all of its servers are started again' -Name 'fe01.contoso.com'
    Invoke-Shown -Command { Stop-CsWindowsService -ComputerName 'fe01.contoso.com' -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-CsWindowsService -ComputerName 'fe01.contoso.com' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Status is Stopped (within 10 min)?'
    # To undo: Start-CsWindowsService -ComputerName fe01.contoso.com -NoWait, on every Front End Server
}

# ---- Stop the pool before its databases are created empty
if (Test-Step -Id 'cms-fe-stop.2@fe02.contoso.com' -Title 'Stop the Lync services: fe02.contoso.com' -RunOn 'fe01.contoso.com' -Account 'lync-admin' -Look 'on fe01.contoso.com run: Get-CsWindowsService -ComputerName ''fe02.contoso.com'' | Format-List -Property ''*'' | Out-Host; if it shows every object: Status is Stopped (within 10 min), the step has had its effect' -Undo 'Start-CsWindowsService -ComputerName fe02.contoso.com -NoWait, on every Front End Server') {
    # Note: Front End Servers must not run with an empty user store.
    Confirm-Harm -Harm 'stops Lync on fe02.contoso.com; the pool is without service until all of its servers are started again' -Name 'fe02.contoso.com'
    Invoke-Shown -Command { Stop-CsWindowsService -ComputerName 'fe02.contoso.com' -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-CsWindowsService -ComputerName 'fe02.contoso.com' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Status is Stopped (within 10 min)?'
    # To undo: Start-CsWindowsService -ComputerName fe02.contoso.com -NoWait, on every Front End Server
}

# ---- Stop the pool before its databases are created empty
if (Test-Step -Id 'cms-fe-stop.2@fe03.contoso.com' -Title 'Stop the Lync services: fe03.contoso.com' -RunOn 'fe01.contoso.com' -Account 'lync-admin' -Look 'on fe01.contoso.com run: Get-CsWindowsService -ComputerName ''fe03.contoso.com'' | Format-List -Property ''*'' | Out-Host; if it shows every object: Status is Stopped (within 10 min), the step has had its effect' -Undo 'Start-CsWindowsService -ComputerName fe03.contoso.com -NoWait, on every Front End Server') {
    # Note: Front End Servers must not run with an empty user store.
    Confirm-Harm -Harm 'stops Lync on fe03.contoso.com; the pool is without service until all of its servers are started again' -Name 'fe03.contoso.com'
    Invoke-Shown -Command { Stop-CsWindowsService -ComputerName 'fe03.contoso.com' -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-CsWindowsService -ComputerName 'fe03.contoso.com' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Status is Stopped (within 10 min)?'
    # To undo: Start-CsWindowsService -ComputerName fe03.contoso.com -NoWait, on every Front End Server
}

# ---- Create the other databases, and the mirror
if (Test-Step -Id 'cms-databases.1' -Title 'Check that this computer has the cumulative update (CU) version of the other servers' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    # Note: Databases get the CU version of the computer whose shell or Topology Builder creates them.
    Invoke-Shown -Command { Get-ItemProperty -Path 'HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall\*' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show at least one object: DisplayName contains Server 2013, Core Components and DisplayVersion is 5.0.8308.887?'
}

# ---- Create the other databases, and the mirror
if (Test-Step -Id 'cms-databases.4' -Title 'Create the databases' -RunOn 'fe01.contoso.com' -Account 'lync-admin' -Look 'on fe01.contoso.com run: Test-CsDatabase -ConfiguredDatabases -SqlServerFqdn ''sql01.contoso.com'' | Format-List -Property ''*'' | Out-Host; if it shows every object: Succeed is True, the step has had its effect' -Undo 'Uninstall-CsDatabase, while nothing is in them') {
    # Note: Only stand-alone databases are shown on Create databases.
    Confirm-Check -Question 'Before: every Lync service of the pool is stopped?'
    Confirm-Harm -Harm 'creates the databases of sql01.contoso.com that the topology names, empty' -Name 'sql01.contoso.com'
    Invoke-Shown -Command { Install-CsDatabase -ConfiguredDatabases -SqlServerFqdn 'sql01.contoso.com' -Confirm:$false -Verbose | Out-Host }
    Invoke-Shown -Command { Test-CsDatabase -ConfiguredDatabases -SqlServerFqdn 'sql01.contoso.com' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Succeed is True?'
    # To undo: Uninstall-CsDatabase, while nothing is in them
}

# ---- Restore the pool's user data
if (Test-Step -Id 'cms-userdata.1' -Title 'Copy the export to the importing server and check it' -RunOn 'fe01.contoso.com' -Account 'lync-admin' -Look 'on fe01.contoso.com run: certutil ''-hashfile'' ''C:\Restore\UserData\pool01.contoso.com.zip'' ''SHA256'' | Out-Host; if it shows at least one object: the value contains 3455cc849dc7ec435a6856b761105f2a3d4a16269fb5c98a2a5dff8cc1b33d3f, the step has had its effect') {
    Invoke-Shown -Command { robocopy '\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\UserData' 'C:\Restore\UserData' 'pool01.contoso.com.zip' '/COPY:DAT' '/R:2' '/W:5' | Out-Host }
    Assert-ExitCode -Low 0 -High 7
    Invoke-Shown -Command { certutil '-hashfile' 'C:\Restore\UserData\pool01.contoso.com.zip' 'SHA256' | Out-Host }
    Confirm-Check -Question 'Verify: does it show at least one object: the value contains 3455cc849dc7ec435a6856b761105f2a3d4a16269fb5c98a2a5dff8cc1b33d3f?'
}

# ---- Restore the pool's user data
if (Test-Step -Id 'cms-userdata.2@fe01.contoso.com' -Title 'Stop the Lync services: fe01.contoso.com' -RunOn 'fe01.contoso.com' -Account 'lync-admin' -Look 'on fe01.contoso.com run: Get-CsWindowsService -ComputerName ''fe01.contoso.com'' | Format-List -Property ''*'' | Out-Host; if it shows every object: Status is Stopped (within 10 min), the step has had its effect' -Undo 'Start-CsWindowsService -ComputerName fe01.contoso.com -NoWait, on every Front End Server') {
    # Note: Front End Servers must not run with an empty user store.
    Confirm-Harm -Harm 'stops Lync on fe01.contoso.com; the pool is without service until all of its servers are started again' -Name 'fe01.contoso.com'
    Invoke-Shown -Command { Stop-CsWindowsService -ComputerName 'fe01.contoso.com' -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-CsWindowsService -ComputerName 'fe01.contoso.com' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Status is Stopped (within 10 min)?'
    # To undo: Start-CsWindowsService -ComputerName fe01.contoso.com -NoWait, on every Front End Server
}

# ---- Restore the pool's user data
if (Test-Step -Id 'cms-userdata.2@fe02.contoso.com' -Title 'Stop the Lync services: fe02.contoso.com' -RunOn 'fe01.contoso.com' -Account 'lync-admin' -Look 'on fe01.contoso.com run: Get-CsWindowsService -ComputerName ''fe02.contoso.com'' | Format-List -Property ''*'' | Out-Host; if it shows every object: Status is Stopped (within 10 min), the step has had its effect' -Undo 'Start-CsWindowsService -ComputerName fe02.contoso.com -NoWait, on every Front End Server') {
    # Note: Front End Servers must not run with an empty user store.
    Confirm-Harm -Harm 'stops Lync on fe02.contoso.com; the pool is without service until all of its servers are started again' -Name 'fe02.contoso.com'
    Invoke-Shown -Command { Stop-CsWindowsService -ComputerName 'fe02.contoso.com' -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-CsWindowsService -ComputerName 'fe02.contoso.com' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Status is Stopped (within 10 min)?'
    # To undo: Start-CsWindowsService -ComputerName fe02.contoso.com -NoWait, on every Front End Server
}

# ---- Restore the pool's user data
if (Test-Step -Id 'cms-userdata.2@fe03.contoso.com' -Title 'Stop the Lync services: fe03.contoso.com' -RunOn 'fe01.contoso.com' -Account 'lync-admin' -Look 'on fe01.contoso.com run: Get-CsWindowsService -ComputerName ''fe03.contoso.com'' | Format-List -Property ''*'' | Out-Host; if it shows every object: Status is Stopped (within 10 min), the step has had its effect' -Undo 'Start-CsWindowsService -ComputerName fe03.contoso.com -NoWait, on every Front End Server') {
    # Note: Front End Servers must not run with an empty user store.
    Confirm-Harm -Harm 'stops Lync on fe03.contoso.com; the pool is without service until all of its servers are started again' -Name 'fe03.contoso.com'
    Invoke-Shown -Command { Stop-CsWindowsService -ComputerName 'fe03.contoso.com' -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-CsWindowsService -ComputerName 'fe03.contoso.com' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Status is Stopped (within 10 min)?'
    # To undo: Start-CsWindowsService -ComputerName fe03.contoso.com -NoWait, on every Front End Server
}

# ---- Restore the pool's user data
if (Test-Step -Id 'cms-userdata.3' -Title 'Import the user data' -RunOn 'fe01.contoso.com' -Account 'lync-admin' -Look 'on fe01.contoso.com run: Export-CsUserData -PoolFqdn ''pool01.contoso.com'' -FileName ''C:\Restore\UserData\pool01.contoso.com-again.zip''; Get-Item -LiteralPath @(''C:\Restore\UserData\pool01.contoso.com-again.zip'', ''C:\Restore\UserData\pool01.contoso.com.zip'') | Out-Host; if it shows in the new export all that the imported one holds, the step has had its effect' -Undo 'none; import again from another set') {
    # Note: While one service of the pool still runs, the import reports success but changes nothing (pitfall P41).
    # Note: Contacts whose unified contact store mode changed since the export may be corrupted (pitfall P42).
    # Note: The pool is exported before and after the import, to a new file that is deleted, and compared with the export of the set: each time as long as an export takes. Cancelling the comparison afterwards leaves the decision to a person.
    Confirm-Check -Question 'Before: the pool is not served by its partner?'
    Confirm-Check -Question 'Before: every Lync service of the pool is stopped?'
    Confirm-Harm -Harm 'overwrites contacts and conferences of all users of pool01.contoso.com with those of the backup' -Name 'pool01.contoso.com'
    Invoke-Shown -Command { Import-CsUserData -PoolFqdn 'pool01.contoso.com' -FileName 'C:\Restore\UserData\pool01.contoso.com.zip' | Out-Host }
    Invoke-Shown -Command { Export-CsUserData -PoolFqdn 'pool01.contoso.com' -FileName 'C:\Restore\UserData\pool01.contoso.com-again.zip'; Get-Item -LiteralPath @('C:\Restore\UserData\pool01.contoso.com-again.zip', 'C:\Restore\UserData\pool01.contoso.com.zip') | Out-Host }
    Confirm-Check -Question 'Verify: does it show in the new export all that the imported one holds?'
    # To undo: none; import again from another set
}

# ---- Restore the pool's user data
if (Test-Step -Id 'cms-userdata.4@fe01.contoso.com' -Title 'Start the Lync services at the same time (-NoWait): fe01.contoso.com' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    # Note: A start that waits for the first server never ends; it waits for the quorum of its pool (pitfall P59).
    Invoke-Shown -Command { Start-CsWindowsService -ComputerName 'fe01.contoso.com' -NoWait -Confirm:$false | Out-Host }
}

# ---- Restore the pool's user data
if (Test-Step -Id 'cms-userdata.4@fe02.contoso.com' -Title 'Start the Lync services at the same time (-NoWait): fe02.contoso.com' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    # Note: A start that waits for the first server never ends; it waits for the quorum of its pool (pitfall P59).
    Invoke-Shown -Command { Start-CsWindowsService -ComputerName 'fe02.contoso.com' -NoWait -Confirm:$false | Out-Host }
}

# ---- Restore the pool's user data
if (Test-Step -Id 'cms-userdata.4@fe03.contoso.com' -Title 'Start the Lync services at the same time (-NoWait): fe03.contoso.com' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    # Note: A start that waits for the first server never ends; it waits for the quorum of its pool (pitfall P59).
    Invoke-Shown -Command { Start-CsWindowsService -ComputerName 'fe03.contoso.com' -NoWait -Confirm:$false | Out-Host }
}

# ---- Restore the pool's user data
if (Test-Step -Id 'cms-userdata.5@fe01.contoso.com' -Title 'Check that every service runs: fe01.contoso.com' -RunOn 'fe01.contoso.com' -Account 'lync-admin' -Look 'on fe01.contoso.com run: Get-CsWindowsService -ComputerName ''fe01.contoso.com'' | Format-List -Property ''*'' | Out-Host; if it shows every object: Status is Running (within 60 min), the step has had its effect') {
    Invoke-Shown -Command { Get-CsWindowsService -ComputerName 'fe01.contoso.com' | Format-List -Property '*' | Out-Host }
    Invoke-Shown -Command { Get-CsWindowsService -ComputerName 'fe01.contoso.com' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Status is Running (within 60 min)?'
}

# ---- Restore the pool's user data
if (Test-Step -Id 'cms-userdata.5@fe02.contoso.com' -Title 'Check that every service runs: fe02.contoso.com' -RunOn 'fe01.contoso.com' -Account 'lync-admin' -Look 'on fe01.contoso.com run: Get-CsWindowsService -ComputerName ''fe02.contoso.com'' | Format-List -Property ''*'' | Out-Host; if it shows every object: Status is Running (within 60 min), the step has had its effect') {
    Invoke-Shown -Command { Get-CsWindowsService -ComputerName 'fe02.contoso.com' | Format-List -Property '*' | Out-Host }
    Invoke-Shown -Command { Get-CsWindowsService -ComputerName 'fe02.contoso.com' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Status is Running (within 60 min)?'
}

# ---- Restore the pool's user data
if (Test-Step -Id 'cms-userdata.5@fe03.contoso.com' -Title 'Check that every service runs: fe03.contoso.com' -RunOn 'fe01.contoso.com' -Account 'lync-admin' -Look 'on fe01.contoso.com run: Get-CsWindowsService -ComputerName ''fe03.contoso.com'' | Format-List -Property ''*'' | Out-Host; if it shows every object: Status is Running (within 60 min), the step has had its effect') {
    Invoke-Shown -Command { Get-CsWindowsService -ComputerName 'fe03.contoso.com' | Format-List -Property '*' | Out-Host }
    Invoke-Shown -Command { Get-CsWindowsService -ComputerName 'fe03.contoso.com' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Status is Running (within 60 min)?'
}

# ---- Restore the pool's user data
if (Test-Step -Id 'cms-userdata.6' -Title 'Check that the user store is online' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Invoke-Shown -Command { Get-CsUserDatabaseState -RegistrarPool 'pool01.contoso.com' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Online is True?'
}

# ---- Restore the pool's user data
if (Test-Step -Id 'cms-userdata.7' -Title 'Check that every Front End Server of the pool runs' -RunOn 'fe01.contoso.com' -Account 'lync-admin' -Look 'on fe01.contoso.com run: Get-Service -Name @(''RTCSRV'') -ComputerName @(''fe01.contoso.com'', ''fe02.contoso.com'', ''fe03.contoso.com'') | Format-List -Property ''*'' | Out-Host; if it shows every object: Status is Running (within 60 min), the step has had its effect') {
    # Note: The answer is for a person to read: it concerns updates, not this restore. Get-CsPoolFabricState -PoolFqdn pool01.contoso.com prints which routing group lacks replicas; look for the word missing.
    Invoke-Shown -Command { Get-CsPoolUpgradeReadinessState | Format-List -Property '*' | Out-Host }
    Invoke-Shown -Command { Get-Service -Name @('RTCSRV') -ComputerName @('fe01.contoso.com', 'fe02.contoso.com', 'fe03.contoso.com') | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Status is Running (within 60 min)?'
}

# ---- Restore the location information
if (Test-Step -Id 'cms-lis.1' -Title 'Copy the export to the server and check it' -RunOn 'fe01.contoso.com' -Account 'lync-admin' -Look 'on fe01.contoso.com run: certutil ''-hashfile'' ''C:\Restore\E911Config.zip'' ''SHA256'' | Out-Host; if it shows at least one object: the value contains b925a53623809e14b437bb9c31039674f629b29c615923c075864c4ea8ac1e29, the step has had its effect') {
    Invoke-Shown -Command { robocopy '\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso' 'C:\Restore' 'E911Config.zip' '/COPY:DAT' '/R:2' '/W:5' | Out-Host }
    Assert-ExitCode -Low 0 -High 7
    Invoke-Shown -Command { certutil '-hashfile' 'C:\Restore\E911Config.zip' 'SHA256' | Out-Host }
    Confirm-Check -Question 'Verify: does it show at least one object: the value contains b925a53623809e14b437bb9c31039674f629b29c615923c075864c4ea8ac1e29?'
}

# ---- Restore the location information
if (Test-Step -Id 'cms-lis.2' -Title 'Import the location information' -RunOn 'fe01.contoso.com' -Account 'lync-admin' -Look 'on fe01.contoso.com run: Get-CsLisLocation | Out-Host; if it shows the number of objects is at least 2, the step has had its effect' -Undo 'none') {
    Confirm-Harm -Harm 'records changed since the backup return to the old value; those added later stay' -Name 'sql01.contoso.com'
    Invoke-Shown -Command { Import-CsLisConfiguration -FileName 'C:\Restore\E911Config.zip' | Out-Host }
    Invoke-Shown -Command { Get-CsLisLocation | Out-Host }
    Confirm-Check -Question 'Verify: does it show the number of objects is at least 2?'
    # To undo: none
}

# ---- Restore the location information
if (Test-Step -Id 'cms-lis.3' -Title 'Publish the location information' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Invoke-Shown -Command { Publish-CsLisConfiguration -Confirm:$false | Out-Host }
}

# ---- Restore the location information
if (Test-Step -Id 'cms-lis.4' -Title 'List the locations' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Invoke-Shown -Command { Get-CsLisLocation | Format-List -Property '*' | Out-Host }
}

# ---- Restore Response Group
if (Test-Step -Id 'restore-rgs/rgs-import.1' -Title 'Copy the export to the server and check it' -RunOn 'fe01.contoso.com' -Account 'lync-admin' -Look 'on fe01.contoso.com run: certutil ''-hashfile'' ''C:\Restore\Rgs\pool01.contoso.com.zip'' ''SHA256'' | Out-Host; if it shows at least one object: the value contains 91abe0029f04203210a54edd893081de6603f16406c5659a3b95213be90067bd, the step has had its effect') {
    Invoke-Shown -Command { robocopy '\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\Rgs' 'C:\Restore\Rgs' 'pool01.contoso.com.zip' '/COPY:DAT' '/R:2' '/W:5' | Out-Host }
    Assert-ExitCode -Low 0 -High 7
    Invoke-Shown -Command { certutil '-hashfile' 'C:\Restore\Rgs\pool01.contoso.com.zip' 'SHA256' | Out-Host }
    Confirm-Check -Question 'Verify: does it show at least one object: the value contains 91abe0029f04203210a54edd893081de6603f16406c5659a3b95213be90067bd?'
}

# ---- Restore Response Group
if (Test-Step -Id 'restore-rgs/rgs-import.2' -Title 'Import, taking ownership of the contact objects' -RunOn 'fe01.contoso.com' -Account 'lync-admin' -Look 'on fe01.contoso.com run: Get-CsRgsWorkflow -Identity ''service:ApplicationServer:pool01.contoso.com'' -ShowAll | Format-List -Property ''*'' | Out-Host; if it shows for each of them one object: Name is Deliveries, Invoices, Support hotline, the step has had its effect' -Undo 'none; import again from another set') {
    # Note: Without -OverwriteOwner the import fails, because the contact objects already exist in AD (pitfall P44).
    Invoke-Shown -Command { Get-CsWindowsService | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Before: the services of the pool run: does it show every object: Status is Running?'
    Confirm-Harm -Harm 'writes the Response Groups of pool01.contoso.com and takes ownership of their contact objects in AD' -Name 'pool01.contoso.com'
    Invoke-Shown -Command { Import-CsRgsConfiguration -Destination 'service:ApplicationServer:pool01.contoso.com' -FileName 'C:\Restore\Rgs\pool01.contoso.com.zip' -OverwriteOwner -ReplaceExistingRgsSettings | Out-Host }
    Invoke-Shown -Command { Get-CsRgsWorkflow -Identity 'service:ApplicationServer:pool01.contoso.com' -ShowAll | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show for each of them one object: Name is Deliveries, Invoices, Support hotline?'
    # To undo: none; import again from another set
}

# ---- Restore Response Group
if (Test-Step -Id 'restore-rgs/rgs-verify.1' -Title 'Workflows' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Invoke-Shown -Command { Get-CsRgsWorkflow -Identity 'service:ApplicationServer:pool01.contoso.com' -ShowAll | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show for each of them one object: Name is Deliveries, Invoices, Support hotline?'
}

# ---- Restore Response Group
if (Test-Step -Id 'restore-rgs/rgs-verify.2' -Title 'Queues' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Invoke-Shown -Command { Get-CsRgsQueue -Identity 'service:ApplicationServer:pool01.contoso.com' -ShowAll | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show for each of them one object: Name is Deliveries, Invoices, Support hotline?'
}

# ---- Restore Response Group
if (Test-Step -Id 'restore-rgs/rgs-verify.3' -Title 'Agent groups' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Invoke-Shown -Command { Get-CsRgsAgentGroup -Identity 'service:ApplicationServer:pool01.contoso.com' -ShowAll | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show for each of them one object: Name is Deliveries, Invoices, Support hotline?'
}

# ---- Restore Response Group
if (Test-Step -Id 'restore-rgs/rgs-verify.4' -Title 'Business hours' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Invoke-Shown -Command { Get-CsRgsHoursOfBusiness -Identity 'service:ApplicationServer:pool01.contoso.com' -ShowAll | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show for each of them one object: Name is Office hours, Support hours?'
}

# ---- Restore Response Group
if (Test-Step -Id 'restore-rgs/rgs-verify.5' -Title 'Holiday sets' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Invoke-Shown -Command { Get-CsRgsHolidaySet -Identity 'service:ApplicationServer:pool01.contoso.com' -ShowAll | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show for each of them one object: Name is Public holidays?'
}

# ---- Restore Archiving and Monitoring data
if (Test-Step -Id 'restore-archmon/ma-device@LcsLog' -Title 'Verify the backup (RESTORE VERIFYONLY): LcsLog' -RunOn 'sql01.contoso.com\RTC' -Account 'sql-admin') {
    # Note: A backup that was made without checksums is refused here; restore it manually, without CHECKSUM.
    Invoke-Shown -Command { sqlcmd '-S' 'sql01.contoso.com\RTC' '-E' '-b' '-x' '-Q' 'RESTORE VERIFYONLY FROM DISK = N''\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\Sql\sql01.contoso.com_RTC\LcsLog.bak'' WITH CHECKSUM, STATS = 5;' | Out-Host }
    Assert-ExitCode -Low 0 -High 0
}

# ---- Restore Archiving and Monitoring data
if (Test-Step -Id 'restore-archmon/ma-device@LcsCDR' -Title 'Verify the backup (RESTORE VERIFYONLY): LcsCDR' -RunOn 'sql01.contoso.com\RTC' -Account 'sql-admin') {
    # Note: A backup that was made without checksums is refused here; restore it manually, without CHECKSUM.
    Invoke-Shown -Command { sqlcmd '-S' 'sql01.contoso.com\RTC' '-E' '-b' '-x' '-Q' 'RESTORE VERIFYONLY FROM DISK = N''\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\Sql\sql01.contoso.com_RTC\LcsCDR.bak'' WITH CHECKSUM, STATS = 5;' | Out-Host }
    Assert-ExitCode -Low 0 -High 0
}

# ---- Restore Archiving and Monitoring data
if (Test-Step -Id 'restore-archmon/ma-device@QoEMetrics' -Title 'Verify the backup (RESTORE VERIFYONLY): QoEMetrics' -RunOn 'sql01.contoso.com\RTC' -Account 'sql-admin') {
    # Note: A backup that was made without checksums is refused here; restore it manually, without CHECKSUM.
    Invoke-Shown -Command { sqlcmd '-S' 'sql01.contoso.com\RTC' '-E' '-b' '-x' '-Q' 'RESTORE VERIFYONLY FROM DISK = N''\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\Sql\sql01.contoso.com_RTC\QoEMetrics.bak'' WITH CHECKSUM, STATS = 5;' | Out-Host }
    Assert-ExitCode -Low 0 -High 0
}

# ---- Restore Archiving and Monitoring data
if (Test-Step -Id 'restore-archmon/ma-options@LcsLog' -Title 'Restore the database: LcsLog' -RunOn 'sql01.contoso.com\RTC' -Account 'sql-admin' -Look 'on sql01.contoso.com\RTC run: sqlcmd ''-S'' ''sql01.contoso.com\RTC'' ''-E'' ''-b'' ''-x'' ''-Q'' ''SELECT TOP (1) d.state_desc AS State, d.user_access_desc AS UserAccess, h.restore_history_id AS RestoreId, f.physical_device_name AS RestoredFrom, s.backup_finish_date AS BackupFinishDate, s.backup_set_uuid AS BackupSetGuid FROM sys.databases AS d LEFT JOIN msdb.dbo.restorehistory AS h ON h.destination_database_name = N''''LcsLog'''' AND h.restore_type = N''''D'''' LEFT JOIN msdb.dbo.backupset AS s ON s.backup_set_id = h.backup_set_id LEFT JOIN msdb.dbo.backupmediafamily AS f ON f.media_set_id = s.media_set_id WHERE d.name = N''''LcsLog'''' ORDER BY h.restore_history_id DESC, f.family_sequence_number;'' | Out-Host; if it shows every object: State is ONLINE and UserAccess is MULTI_USER and RestoreId is above what it was just before this step and BackupSetGuid is one of the BackupSets that the step reads first, the step has had its effect' -Undo 'none; restore another backup of the same database') {
    # Note: The files are placed where those of the present database are; their logical names are read from the backup.
    # Note: The database is set back to MULTI_USER even when the restore fails.
    Invoke-Shown -Command { sqlcmd '-S' 'sql01.contoso.com\RTC' '-E' '-b' '-x' '-Q' 'EXEC master.dbo.xp_fileexist N''\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\Sql\sql01.contoso.com_RTC\LcsLog.bak'';' | Out-Host }
    Confirm-Check -Question 'Before: the SQL service account can access the backup file: does it show every object: File Exists is 1?'
    Confirm-Harm -Harm 'replaces everything in LcsLog on sql01.contoso.com\RTC with the backup and closes its connections' -Name 'sql01.contoso.com'
    Invoke-Shown -Command { sqlcmd '-S' 'sql01.contoso.com\RTC' '-E' '-b' '-x' '-Q' 'RESTORE FILELISTONLY FROM DISK = N''\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\Sql\sql01.contoso.com_RTC\LcsLog.bak'';' | Out-Host }
    $Read_LogicalNames = Read-Value -Question 'LogicalName (from sql01.contoso.com\RTC)'
    Invoke-Shown -Command { sqlcmd '-S' 'sql01.contoso.com\RTC' '-E' '-b' '-x' '-Q' 'SELECT name, physical_name, type_desc, file_id, size / 128 AS size_mb FROM sys.master_files WHERE database_id = DB_ID(N''LcsLog'') ORDER BY file_id;' | Out-Host }
    $Read_Files = Read-Value -Question 'physical_name (from sql01.contoso.com\RTC)'
    Invoke-Shown -Command { sqlcmd '-S' 'sql01.contoso.com\RTC' '-E' '-b' '-x' '-Q' 'RESTORE HEADERONLY FROM DISK = N''\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\Sql\sql01.contoso.com_RTC\LcsLog.bak'';' | Out-Host }
    $Read_BackupSets = Read-Value -Question 'BackupSetGUID (from sql01.contoso.com\RTC)'
    Invoke-Shown -Command { sqlcmd '-S' 'sql01.contoso.com\RTC' '-E' '-b' '-x' '-Q' ('USE [master];
IF EXISTS (SELECT 1 FROM sys.databases WHERE name = N''LcsLog'' AND state_desc = N''ONLINE'') ALTER DATABASE [LcsLog] SET SINGLE_USER WITH ROLLBACK IMMEDIATE;
RESTORE DATABASE [LcsLog] FROM DISK = N''\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\Sql\sql01.contoso.com_RTC\LcsLog.bak'' WITH REPLACE, RECOVERY, CHECKSUM, STATS = 5, MOVE N''<Read:LogicalNames>'' TO N''<Read:Files>'';
IF EXISTS (SELECT 1 FROM sys.databases WHERE name = N''LcsLog'' AND state_desc = N''ONLINE'' AND user_access_desc <> N''MULTI_USER'') ALTER DATABASE [LcsLog] SET MULTI_USER;'.Replace(', MOVE N''<Read:LogicalNames>'' TO N''<Read:Files>''', (Join-Move -Name $Read_LogicalNames -File $Read_Files))) | Out-Host }
    Assert-ExitCode -Low 0 -High 0
    Invoke-Shown -Command { sqlcmd '-S' 'sql01.contoso.com\RTC' '-E' '-b' '-x' '-Q' 'SELECT TOP (1) d.state_desc AS State, d.user_access_desc AS UserAccess, h.restore_history_id AS RestoreId, f.physical_device_name AS RestoredFrom, s.backup_finish_date AS BackupFinishDate, s.backup_set_uuid AS BackupSetGuid FROM sys.databases AS d LEFT JOIN msdb.dbo.restorehistory AS h ON h.destination_database_name = N''LcsLog'' AND h.restore_type = N''D'' LEFT JOIN msdb.dbo.backupset AS s ON s.backup_set_id = h.backup_set_id LEFT JOIN msdb.dbo.backupmediafamily AS f ON f.media_set_id = s.media_set_id WHERE d.name = N''LcsLog'' ORDER BY h.restore_history_id DESC, f.family_sequence_number;' | Out-Host }
    Confirm-Check -Question ('Verify: does it show every object: State is ONLINE and UserAccess is MULTI_USER and RestoreId is above what it was just before this step and BackupSetGuid is one of <Read:BackupSets>?'.Replace('<Read:BackupSets>', ($Read_BackupSets -join ', ')))
    # To undo: none; restore another backup of the same database
}

# ---- Restore Archiving and Monitoring data
if (Test-Step -Id 'restore-archmon/ma-options@LcsCDR' -Title 'Restore the database: LcsCDR' -RunOn 'sql01.contoso.com\RTC' -Account 'sql-admin' -Look 'on sql01.contoso.com\RTC run: sqlcmd ''-S'' ''sql01.contoso.com\RTC'' ''-E'' ''-b'' ''-x'' ''-Q'' ''SELECT TOP (1) d.state_desc AS State, d.user_access_desc AS UserAccess, h.restore_history_id AS RestoreId, f.physical_device_name AS RestoredFrom, s.backup_finish_date AS BackupFinishDate, s.backup_set_uuid AS BackupSetGuid FROM sys.databases AS d LEFT JOIN msdb.dbo.restorehistory AS h ON h.destination_database_name = N''''LcsCDR'''' AND h.restore_type = N''''D'''' LEFT JOIN msdb.dbo.backupset AS s ON s.backup_set_id = h.backup_set_id LEFT JOIN msdb.dbo.backupmediafamily AS f ON f.media_set_id = s.media_set_id WHERE d.name = N''''LcsCDR'''' ORDER BY h.restore_history_id DESC, f.family_sequence_number;'' | Out-Host; if it shows every object: State is ONLINE and UserAccess is MULTI_USER and RestoreId is above what it was just before this step and BackupSetGuid is one of the BackupSets that the step reads first, the step has had its effect' -Undo 'none; restore another backup of the same database') {
    # Note: The files are placed where those of the present database are; their logical names are read from the backup.
    # Note: The database is set back to MULTI_USER even when the restore fails.
    Invoke-Shown -Command { sqlcmd '-S' 'sql01.contoso.com\RTC' '-E' '-b' '-x' '-Q' 'EXEC master.dbo.xp_fileexist N''\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\Sql\sql01.contoso.com_RTC\LcsCDR.bak'';' | Out-Host }
    Confirm-Check -Question 'Before: the SQL service account can access the backup file: does it show every object: File Exists is 1?'
    Confirm-Harm -Harm 'replaces everything in LcsCDR on sql01.contoso.com\RTC with the backup and closes its connections' -Name 'sql01.contoso.com'
    Invoke-Shown -Command { sqlcmd '-S' 'sql01.contoso.com\RTC' '-E' '-b' '-x' '-Q' 'RESTORE FILELISTONLY FROM DISK = N''\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\Sql\sql01.contoso.com_RTC\LcsCDR.bak'';' | Out-Host }
    $Read_LogicalNames = Read-Value -Question 'LogicalName (from sql01.contoso.com\RTC)'
    Invoke-Shown -Command { sqlcmd '-S' 'sql01.contoso.com\RTC' '-E' '-b' '-x' '-Q' 'SELECT name, physical_name, type_desc, file_id, size / 128 AS size_mb FROM sys.master_files WHERE database_id = DB_ID(N''LcsCDR'') ORDER BY file_id;' | Out-Host }
    $Read_Files = Read-Value -Question 'physical_name (from sql01.contoso.com\RTC)'
    Invoke-Shown -Command { sqlcmd '-S' 'sql01.contoso.com\RTC' '-E' '-b' '-x' '-Q' 'RESTORE HEADERONLY FROM DISK = N''\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\Sql\sql01.contoso.com_RTC\LcsCDR.bak'';' | Out-Host }
    $Read_BackupSets = Read-Value -Question 'BackupSetGUID (from sql01.contoso.com\RTC)'
    Invoke-Shown -Command { sqlcmd '-S' 'sql01.contoso.com\RTC' '-E' '-b' '-x' '-Q' ('USE [master];
IF EXISTS (SELECT 1 FROM sys.databases WHERE name = N''LcsCDR'' AND state_desc = N''ONLINE'') ALTER DATABASE [LcsCDR] SET SINGLE_USER WITH ROLLBACK IMMEDIATE;
RESTORE DATABASE [LcsCDR] FROM DISK = N''\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\Sql\sql01.contoso.com_RTC\LcsCDR.bak'' WITH REPLACE, RECOVERY, CHECKSUM, STATS = 5, MOVE N''<Read:LogicalNames>'' TO N''<Read:Files>'';
IF EXISTS (SELECT 1 FROM sys.databases WHERE name = N''LcsCDR'' AND state_desc = N''ONLINE'' AND user_access_desc <> N''MULTI_USER'') ALTER DATABASE [LcsCDR] SET MULTI_USER;'.Replace(', MOVE N''<Read:LogicalNames>'' TO N''<Read:Files>''', (Join-Move -Name $Read_LogicalNames -File $Read_Files))) | Out-Host }
    Assert-ExitCode -Low 0 -High 0
    Invoke-Shown -Command { sqlcmd '-S' 'sql01.contoso.com\RTC' '-E' '-b' '-x' '-Q' 'SELECT TOP (1) d.state_desc AS State, d.user_access_desc AS UserAccess, h.restore_history_id AS RestoreId, f.physical_device_name AS RestoredFrom, s.backup_finish_date AS BackupFinishDate, s.backup_set_uuid AS BackupSetGuid FROM sys.databases AS d LEFT JOIN msdb.dbo.restorehistory AS h ON h.destination_database_name = N''LcsCDR'' AND h.restore_type = N''D'' LEFT JOIN msdb.dbo.backupset AS s ON s.backup_set_id = h.backup_set_id LEFT JOIN msdb.dbo.backupmediafamily AS f ON f.media_set_id = s.media_set_id WHERE d.name = N''LcsCDR'' ORDER BY h.restore_history_id DESC, f.family_sequence_number;' | Out-Host }
    Confirm-Check -Question ('Verify: does it show every object: State is ONLINE and UserAccess is MULTI_USER and RestoreId is above what it was just before this step and BackupSetGuid is one of <Read:BackupSets>?'.Replace('<Read:BackupSets>', ($Read_BackupSets -join ', ')))
    # To undo: none; restore another backup of the same database
}

# ---- Restore Archiving and Monitoring data
if (Test-Step -Id 'restore-archmon/ma-options@QoEMetrics' -Title 'Restore the database: QoEMetrics' -RunOn 'sql01.contoso.com\RTC' -Account 'sql-admin' -Look 'on sql01.contoso.com\RTC run: sqlcmd ''-S'' ''sql01.contoso.com\RTC'' ''-E'' ''-b'' ''-x'' ''-Q'' ''SELECT TOP (1) d.state_desc AS State, d.user_access_desc AS UserAccess, h.restore_history_id AS RestoreId, f.physical_device_name AS RestoredFrom, s.backup_finish_date AS BackupFinishDate, s.backup_set_uuid AS BackupSetGuid FROM sys.databases AS d LEFT JOIN msdb.dbo.restorehistory AS h ON h.destination_database_name = N''''QoEMetrics'''' AND h.restore_type = N''''D'''' LEFT JOIN msdb.dbo.backupset AS s ON s.backup_set_id = h.backup_set_id LEFT JOIN msdb.dbo.backupmediafamily AS f ON f.media_set_id = s.media_set_id WHERE d.name = N''''QoEMetrics'''' ORDER BY h.restore_history_id DESC, f.family_sequence_number;'' | Out-Host; if it shows every object: State is ONLINE and UserAccess is MULTI_USER and RestoreId is above what it was just before this step and BackupSetGuid is one of the BackupSets that the step reads first, the step has had its effect' -Undo 'none; restore another backup of the same database') {
    # Note: The files are placed where those of the present database are; their logical names are read from the backup.
    # Note: The database is set back to MULTI_USER even when the restore fails.
    Invoke-Shown -Command { sqlcmd '-S' 'sql01.contoso.com\RTC' '-E' '-b' '-x' '-Q' 'EXEC master.dbo.xp_fileexist N''\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\Sql\sql01.contoso.com_RTC\QoEMetrics.bak'';' | Out-Host }
    Confirm-Check -Question 'Before: the SQL service account can access the backup file: does it show every object: File Exists is 1?'
    Confirm-Harm -Harm 'replaces everything in QoEMetrics on sql01.contoso.com\RTC with the backup and closes its connections' -Name 'sql01.contoso.com'
    Invoke-Shown -Command { sqlcmd '-S' 'sql01.contoso.com\RTC' '-E' '-b' '-x' '-Q' 'RESTORE FILELISTONLY FROM DISK = N''\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\Sql\sql01.contoso.com_RTC\QoEMetrics.bak'';' | Out-Host }
    $Read_LogicalNames = Read-Value -Question 'LogicalName (from sql01.contoso.com\RTC)'
    Invoke-Shown -Command { sqlcmd '-S' 'sql01.contoso.com\RTC' '-E' '-b' '-x' '-Q' 'SELECT name, physical_name, type_desc, file_id, size / 128 AS size_mb FROM sys.master_files WHERE database_id = DB_ID(N''QoEMetrics'') ORDER BY file_id;' | Out-Host }
    $Read_Files = Read-Value -Question 'physical_name (from sql01.contoso.com\RTC)'
    Invoke-Shown -Command { sqlcmd '-S' 'sql01.contoso.com\RTC' '-E' '-b' '-x' '-Q' 'RESTORE HEADERONLY FROM DISK = N''\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\Sql\sql01.contoso.com_RTC\QoEMetrics.bak'';' | Out-Host }
    $Read_BackupSets = Read-Value -Question 'BackupSetGUID (from sql01.contoso.com\RTC)'
    Invoke-Shown -Command { sqlcmd '-S' 'sql01.contoso.com\RTC' '-E' '-b' '-x' '-Q' ('USE [master];
IF EXISTS (SELECT 1 FROM sys.databases WHERE name = N''QoEMetrics'' AND state_desc = N''ONLINE'') ALTER DATABASE [QoEMetrics] SET SINGLE_USER WITH ROLLBACK IMMEDIATE;
RESTORE DATABASE [QoEMetrics] FROM DISK = N''\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\Sql\sql01.contoso.com_RTC\QoEMetrics.bak'' WITH REPLACE, RECOVERY, CHECKSUM, STATS = 5, MOVE N''<Read:LogicalNames>'' TO N''<Read:Files>'';
IF EXISTS (SELECT 1 FROM sys.databases WHERE name = N''QoEMetrics'' AND state_desc = N''ONLINE'' AND user_access_desc <> N''MULTI_USER'') ALTER DATABASE [QoEMetrics] SET MULTI_USER;'.Replace(', MOVE N''<Read:LogicalNames>'' TO N''<Read:Files>''', (Join-Move -Name $Read_LogicalNames -File $Read_Files))) | Out-Host }
    Assert-ExitCode -Low 0 -High 0
    Invoke-Shown -Command { sqlcmd '-S' 'sql01.contoso.com\RTC' '-E' '-b' '-x' '-Q' 'SELECT TOP (1) d.state_desc AS State, d.user_access_desc AS UserAccess, h.restore_history_id AS RestoreId, f.physical_device_name AS RestoredFrom, s.backup_finish_date AS BackupFinishDate, s.backup_set_uuid AS BackupSetGuid FROM sys.databases AS d LEFT JOIN msdb.dbo.restorehistory AS h ON h.destination_database_name = N''QoEMetrics'' AND h.restore_type = N''D'' LEFT JOIN msdb.dbo.backupset AS s ON s.backup_set_id = h.backup_set_id LEFT JOIN msdb.dbo.backupmediafamily AS f ON f.media_set_id = s.media_set_id WHERE d.name = N''QoEMetrics'' ORDER BY h.restore_history_id DESC, f.family_sequence_number;' | Out-Host }
    Confirm-Check -Question ('Verify: does it show every object: State is ONLINE and UserAccess is MULTI_USER and RestoreId is above what it was just before this step and BackupSetGuid is one of <Read:BackupSets>?'.Replace('<Read:BackupSets>', ($Read_BackupSets -join ', ')))
    # To undo: none; restore another backup of the same database
}

# ---- Restore Archiving and Monitoring data
if (Test-Step -Id 'restore-archmon/ma-acl@LcsLog' -Title 'Grant RTCComponentUniversalServices access: LcsLog' -RunOn 'sql01.contoso.com\RTC' -Account 'sql-admin' -Look 'on sql01.contoso.com\RTC run: sqlcmd ''-S'' ''sql01.contoso.com\RTC'' ''-E'' ''-b'' ''-x'' ''-Q'' ''USE [LcsLog];
SELECT SUSER_ID(N''''CONTOSO\RTCComponentUniversalServices'''') AS login_id, DATABASE_PRINCIPAL_ID(N''''CONTOSO\RTCComponentUniversalServices'''') AS user_id, CASE WHEN EXISTS (SELECT 1 FROM sys.database_role_members WHERE role_principal_id = DATABASE_PRINCIPAL_ID(N''''ServerRole'''') AND member_principal_id = DATABASE_PRINCIPAL_ID(N''''CONTOSO\RTCComponentUniversalServices'''')) THEN 1 ELSE 0 END AS in_role;
USE [master];'' | Out-Host; if it shows every object: login_id is not empty and in_role is 1, the step has had its effect') {
    # Note: Adds login, user and role membership only where they are missing.
    Invoke-Shown -Command { sqlcmd '-S' 'sql01.contoso.com\RTC' '-E' '-b' '-x' '-Q' 'USE [master];
IF SUSER_ID(N''CONTOSO\RTCComponentUniversalServices'') IS NULL CREATE LOGIN [CONTOSO\RTCComponentUniversalServices] FROM WINDOWS;
USE [LcsLog];
IF DATABASE_PRINCIPAL_ID(N''CONTOSO\RTCComponentUniversalServices'') IS NULL CREATE USER [CONTOSO\RTCComponentUniversalServices] FOR LOGIN [CONTOSO\RTCComponentUniversalServices];
EXEC sp_addrolemember N''ServerRole'', N''CONTOSO\RTCComponentUniversalServices'';
USE [master];' | Out-Host }
    Assert-ExitCode -Low 0 -High 0
    Invoke-Shown -Command { sqlcmd '-S' 'sql01.contoso.com\RTC' '-E' '-b' '-x' '-Q' 'USE [LcsLog];
SELECT SUSER_ID(N''CONTOSO\RTCComponentUniversalServices'') AS login_id, DATABASE_PRINCIPAL_ID(N''CONTOSO\RTCComponentUniversalServices'') AS user_id, CASE WHEN EXISTS (SELECT 1 FROM sys.database_role_members WHERE role_principal_id = DATABASE_PRINCIPAL_ID(N''ServerRole'') AND member_principal_id = DATABASE_PRINCIPAL_ID(N''CONTOSO\RTCComponentUniversalServices'')) THEN 1 ELSE 0 END AS in_role;
USE [master];' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: login_id is not empty and in_role is 1?'
}

# ---- Restore Archiving and Monitoring data
if (Test-Step -Id 'restore-archmon/ma-acl@LcsCDR' -Title 'Grant RTCComponentUniversalServices access: LcsCDR' -RunOn 'sql01.contoso.com\RTC' -Account 'sql-admin' -Look 'on sql01.contoso.com\RTC run: sqlcmd ''-S'' ''sql01.contoso.com\RTC'' ''-E'' ''-b'' ''-x'' ''-Q'' ''USE [LcsCDR];
SELECT SUSER_ID(N''''CONTOSO\RTCComponentUniversalServices'''') AS login_id, DATABASE_PRINCIPAL_ID(N''''CONTOSO\RTCComponentUniversalServices'''') AS user_id, CASE WHEN EXISTS (SELECT 1 FROM sys.database_role_members WHERE role_principal_id = DATABASE_PRINCIPAL_ID(N''''ServerRole'''') AND member_principal_id = DATABASE_PRINCIPAL_ID(N''''CONTOSO\RTCComponentUniversalServices'''')) THEN 1 ELSE 0 END AS in_role;
USE [master];'' | Out-Host; if it shows every object: login_id is not empty and in_role is 1, the step has had its effect') {
    # Note: Adds login, user and role membership only where they are missing.
    Invoke-Shown -Command { sqlcmd '-S' 'sql01.contoso.com\RTC' '-E' '-b' '-x' '-Q' 'USE [master];
IF SUSER_ID(N''CONTOSO\RTCComponentUniversalServices'') IS NULL CREATE LOGIN [CONTOSO\RTCComponentUniversalServices] FROM WINDOWS;
USE [LcsCDR];
IF DATABASE_PRINCIPAL_ID(N''CONTOSO\RTCComponentUniversalServices'') IS NULL CREATE USER [CONTOSO\RTCComponentUniversalServices] FOR LOGIN [CONTOSO\RTCComponentUniversalServices];
EXEC sp_addrolemember N''ServerRole'', N''CONTOSO\RTCComponentUniversalServices'';
USE [master];' | Out-Host }
    Assert-ExitCode -Low 0 -High 0
    Invoke-Shown -Command { sqlcmd '-S' 'sql01.contoso.com\RTC' '-E' '-b' '-x' '-Q' 'USE [LcsCDR];
SELECT SUSER_ID(N''CONTOSO\RTCComponentUniversalServices'') AS login_id, DATABASE_PRINCIPAL_ID(N''CONTOSO\RTCComponentUniversalServices'') AS user_id, CASE WHEN EXISTS (SELECT 1 FROM sys.database_role_members WHERE role_principal_id = DATABASE_PRINCIPAL_ID(N''ServerRole'') AND member_principal_id = DATABASE_PRINCIPAL_ID(N''CONTOSO\RTCComponentUniversalServices'')) THEN 1 ELSE 0 END AS in_role;
USE [master];' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: login_id is not empty and in_role is 1?'
}

# ---- Restore Archiving and Monitoring data
if (Test-Step -Id 'restore-archmon/ma-acl@QoEMetrics' -Title 'Grant RTCComponentUniversalServices access: QoEMetrics' -RunOn 'sql01.contoso.com\RTC' -Account 'sql-admin' -Look 'on sql01.contoso.com\RTC run: sqlcmd ''-S'' ''sql01.contoso.com\RTC'' ''-E'' ''-b'' ''-x'' ''-Q'' ''USE [QoEMetrics];
SELECT SUSER_ID(N''''CONTOSO\RTCComponentUniversalServices'''') AS login_id, DATABASE_PRINCIPAL_ID(N''''CONTOSO\RTCComponentUniversalServices'''') AS user_id, CASE WHEN EXISTS (SELECT 1 FROM sys.database_role_members WHERE role_principal_id = DATABASE_PRINCIPAL_ID(N''''ServerRole'''') AND member_principal_id = DATABASE_PRINCIPAL_ID(N''''CONTOSO\RTCComponentUniversalServices'''')) THEN 1 ELSE 0 END AS in_role;
USE [master];'' | Out-Host; if it shows every object: login_id is not empty and in_role is 1, the step has had its effect') {
    # Note: Adds login, user and role membership only where they are missing.
    Invoke-Shown -Command { sqlcmd '-S' 'sql01.contoso.com\RTC' '-E' '-b' '-x' '-Q' 'USE [master];
IF SUSER_ID(N''CONTOSO\RTCComponentUniversalServices'') IS NULL CREATE LOGIN [CONTOSO\RTCComponentUniversalServices] FROM WINDOWS;
USE [QoEMetrics];
IF DATABASE_PRINCIPAL_ID(N''CONTOSO\RTCComponentUniversalServices'') IS NULL CREATE USER [CONTOSO\RTCComponentUniversalServices] FOR LOGIN [CONTOSO\RTCComponentUniversalServices];
EXEC sp_addrolemember N''ServerRole'', N''CONTOSO\RTCComponentUniversalServices'';
USE [master];' | Out-Host }
    Assert-ExitCode -Low 0 -High 0
    Invoke-Shown -Command { sqlcmd '-S' 'sql01.contoso.com\RTC' '-E' '-b' '-x' '-Q' 'USE [QoEMetrics];
SELECT SUSER_ID(N''CONTOSO\RTCComponentUniversalServices'') AS login_id, DATABASE_PRINCIPAL_ID(N''CONTOSO\RTCComponentUniversalServices'') AS user_id, CASE WHEN EXISTS (SELECT 1 FROM sys.database_role_members WHERE role_principal_id = DATABASE_PRINCIPAL_ID(N''ServerRole'') AND member_principal_id = DATABASE_PRINCIPAL_ID(N''CONTOSO\RTCComponentUniversalServices'')) THEN 1 ELSE 0 END AS in_role;
USE [master];' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: login_id is not empty and in_role is 1?'
}

# ---- Restore Persistent Chat
if (Test-Step -Id 'restore-pchat/pc-stop.1@chat01.contoso.com' -Title 'Stop the services of the Persistent Chat Server: chat01.contoso.com' -RunOn 'fe01.contoso.com' -Account 'lync-admin' -Look 'on fe01.contoso.com run: Get-CsWindowsService -ComputerName ''chat01.contoso.com'' | Format-List -Property ''*'' | Out-Host; if it shows every object: Status is Stopped (within 5 min), the step has had its effect' -Undo 'Start-CsWindowsService -ComputerName chat01.contoso.com') {
    Confirm-Harm -Harm 'stops Persistent Chat on chat01.contoso.com; its rooms are unavailable until it is started again' -Name 'chat01.contoso.com'
    Invoke-Shown -Command { Stop-CsWindowsService -ComputerName 'chat01.contoso.com' -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-CsWindowsService -ComputerName 'chat01.contoso.com' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Status is Stopped (within 5 min)?'
    # To undo: Start-CsWindowsService -ComputerName chat01.contoso.com
}

# ---- Restore Persistent Chat
if (Test-Step -Id 'restore-pchat/pc-stop.1@chat02.contoso.com' -Title 'Stop the services of the Persistent Chat Server: chat02.contoso.com' -RunOn 'fe01.contoso.com' -Account 'lync-admin' -Look 'on fe01.contoso.com run: Get-CsWindowsService -ComputerName ''chat02.contoso.com'' | Format-List -Property ''*'' | Out-Host; if it shows every object: Status is Stopped (within 5 min), the step has had its effect' -Undo 'Start-CsWindowsService -ComputerName chat02.contoso.com') {
    Confirm-Harm -Harm 'stops Persistent Chat on chat02.contoso.com; its rooms are unavailable until it is started again' -Name 'chat02.contoso.com'
    Invoke-Shown -Command { Stop-CsWindowsService -ComputerName 'chat02.contoso.com' -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-CsWindowsService -ComputerName 'chat02.contoso.com' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Status is Stopped (within 5 min)?'
    # To undo: Start-CsWindowsService -ComputerName chat02.contoso.com
}

# ---- Restore Persistent Chat
if (Test-Step -Id 'restore-pchat/pc-sql.1@mgc' -Title 'Verify the backup (RESTORE VERIFYONLY): mgc' -RunOn 'sql01.contoso.com\RTC' -Account 'sql-admin') {
    # Note: A backup that was made without checksums is refused here; restore it manually, without CHECKSUM.
    Invoke-Shown -Command { sqlcmd '-S' 'sql01.contoso.com\RTC' '-E' '-b' '-x' '-Q' 'RESTORE VERIFYONLY FROM DISK = N''\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\Sql\sql01.contoso.com_RTC\mgc.bak'' WITH CHECKSUM, STATS = 5;' | Out-Host }
    Assert-ExitCode -Low 0 -High 0
}

# ---- Restore Persistent Chat
if (Test-Step -Id 'restore-pchat/pc-sql.2@mgc' -Title 'Restore the database: mgc' -RunOn 'sql01.contoso.com\RTC' -Account 'sql-admin' -Look 'on sql01.contoso.com\RTC run: sqlcmd ''-S'' ''sql01.contoso.com\RTC'' ''-E'' ''-b'' ''-x'' ''-Q'' ''SELECT TOP (1) d.state_desc AS State, d.user_access_desc AS UserAccess, h.restore_history_id AS RestoreId, f.physical_device_name AS RestoredFrom, s.backup_finish_date AS BackupFinishDate, s.backup_set_uuid AS BackupSetGuid FROM sys.databases AS d LEFT JOIN msdb.dbo.restorehistory AS h ON h.destination_database_name = N''''mgc'''' AND h.restore_type = N''''D'''' LEFT JOIN msdb.dbo.backupset AS s ON s.backup_set_id = h.backup_set_id LEFT JOIN msdb.dbo.backupmediafamily AS f ON f.media_set_id = s.media_set_id WHERE d.name = N''''mgc'''' ORDER BY h.restore_history_id DESC, f.family_sequence_number;'' | Out-Host; if it shows every object: State is ONLINE and UserAccess is MULTI_USER and RestoreId is above what it was just before this step and BackupSetGuid is one of the BackupSets that the step reads first, the step has had its effect' -Undo 'none; restore another backup of the same database') {
    # Note: The files are placed where those of the present database are; their logical names are read from the backup.
    # Note: The database is set back to MULTI_USER even when the restore fails.
    Invoke-Shown -Command { sqlcmd '-S' 'sql01.contoso.com\RTC' '-E' '-b' '-x' '-Q' 'EXEC master.dbo.xp_fileexist N''\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\Sql\sql01.contoso.com_RTC\mgc.bak'';' | Out-Host }
    Confirm-Check -Question 'Before: the SQL service account can access the backup file: does it show every object: File Exists is 1?'
    Invoke-Shown -Command { sqlcmd '-S' 'sql01.contoso.com\RTC' '-E' '-b' '-x' '-Q' 'SELECT spid, loginame, hostname, program_name FROM sys.sysprocesses WHERE dbid = DB_ID(N''mgc'') ORDER BY spid;' | Out-Host }
    Confirm-Check -Question 'Before: no Persistent Chat service is connected to the database: does it show the number of objects is 0?'
    Confirm-Harm -Harm 'replaces everything in mgc on sql01.contoso.com\RTC with the backup and closes its connections' -Name 'sql01.contoso.com'
    Invoke-Shown -Command { sqlcmd '-S' 'sql01.contoso.com\RTC' '-E' '-b' '-x' '-Q' 'RESTORE FILELISTONLY FROM DISK = N''\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\Sql\sql01.contoso.com_RTC\mgc.bak'';' | Out-Host }
    $Read_LogicalNames = Read-Value -Question 'LogicalName (from sql01.contoso.com\RTC)'
    Invoke-Shown -Command { sqlcmd '-S' 'sql01.contoso.com\RTC' '-E' '-b' '-x' '-Q' 'SELECT name, physical_name, type_desc, file_id, size / 128 AS size_mb FROM sys.master_files WHERE database_id = DB_ID(N''mgc'') ORDER BY file_id;' | Out-Host }
    $Read_Files = Read-Value -Question 'physical_name (from sql01.contoso.com\RTC)'
    Invoke-Shown -Command { sqlcmd '-S' 'sql01.contoso.com\RTC' '-E' '-b' '-x' '-Q' 'RESTORE HEADERONLY FROM DISK = N''\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\Sql\sql01.contoso.com_RTC\mgc.bak'';' | Out-Host }
    $Read_BackupSets = Read-Value -Question 'BackupSetGUID (from sql01.contoso.com\RTC)'
    Invoke-Shown -Command { sqlcmd '-S' 'sql01.contoso.com\RTC' '-E' '-b' '-x' '-Q' ('USE [master];
IF EXISTS (SELECT 1 FROM sys.databases WHERE name = N''mgc'' AND state_desc = N''ONLINE'') ALTER DATABASE [mgc] SET SINGLE_USER WITH ROLLBACK IMMEDIATE;
RESTORE DATABASE [mgc] FROM DISK = N''\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\Sql\sql01.contoso.com_RTC\mgc.bak'' WITH REPLACE, RECOVERY, CHECKSUM, STATS = 5, MOVE N''<Read:LogicalNames>'' TO N''<Read:Files>'';
IF EXISTS (SELECT 1 FROM sys.databases WHERE name = N''mgc'' AND state_desc = N''ONLINE'' AND user_access_desc <> N''MULTI_USER'') ALTER DATABASE [mgc] SET MULTI_USER;'.Replace(', MOVE N''<Read:LogicalNames>'' TO N''<Read:Files>''', (Join-Move -Name $Read_LogicalNames -File $Read_Files))) | Out-Host }
    Assert-ExitCode -Low 0 -High 0
    Invoke-Shown -Command { sqlcmd '-S' 'sql01.contoso.com\RTC' '-E' '-b' '-x' '-Q' 'SELECT TOP (1) d.state_desc AS State, d.user_access_desc AS UserAccess, h.restore_history_id AS RestoreId, f.physical_device_name AS RestoredFrom, s.backup_finish_date AS BackupFinishDate, s.backup_set_uuid AS BackupSetGuid FROM sys.databases AS d LEFT JOIN msdb.dbo.restorehistory AS h ON h.destination_database_name = N''mgc'' AND h.restore_type = N''D'' LEFT JOIN msdb.dbo.backupset AS s ON s.backup_set_id = h.backup_set_id LEFT JOIN msdb.dbo.backupmediafamily AS f ON f.media_set_id = s.media_set_id WHERE d.name = N''mgc'' ORDER BY h.restore_history_id DESC, f.family_sequence_number;' | Out-Host }
    Confirm-Check -Question ('Verify: does it show every object: State is ONLINE and UserAccess is MULTI_USER and RestoreId is above what it was just before this step and BackupSetGuid is one of <Read:BackupSets>?'.Replace('<Read:BackupSets>', ($Read_BackupSets -join ', ')))
    # To undo: none; restore another backup of the same database
}

# ---- Restore Persistent Chat
if (Test-Step -Id 'restore-pchat/pc-sql.3@mgc' -Title 'Grant RTCComponentUniversalServices access: mgc' -RunOn 'sql01.contoso.com\RTC' -Account 'sql-admin' -Look 'on sql01.contoso.com\RTC run: sqlcmd ''-S'' ''sql01.contoso.com\RTC'' ''-E'' ''-b'' ''-x'' ''-Q'' ''USE [mgc];
SELECT SUSER_ID(N''''CONTOSO\RTCComponentUniversalServices'''') AS login_id, DATABASE_PRINCIPAL_ID(N''''CONTOSO\RTCComponentUniversalServices'''') AS user_id, CASE WHEN EXISTS (SELECT 1 FROM sys.database_role_members WHERE role_principal_id = DATABASE_PRINCIPAL_ID(N''''ServerRole'''') AND member_principal_id = DATABASE_PRINCIPAL_ID(N''''CONTOSO\RTCComponentUniversalServices'''')) THEN 1 ELSE 0 END AS in_role;
USE [master];'' | Out-Host; if it shows every object: login_id is not empty and in_role is 1, the step has had its effect') {
    Invoke-Shown -Command { sqlcmd '-S' 'sql01.contoso.com\RTC' '-E' '-b' '-x' '-Q' 'USE [master];
IF SUSER_ID(N''CONTOSO\RTCComponentUniversalServices'') IS NULL CREATE LOGIN [CONTOSO\RTCComponentUniversalServices] FROM WINDOWS;
USE [mgc];
IF DATABASE_PRINCIPAL_ID(N''CONTOSO\RTCComponentUniversalServices'') IS NULL CREATE USER [CONTOSO\RTCComponentUniversalServices] FOR LOGIN [CONTOSO\RTCComponentUniversalServices];
EXEC sp_addrolemember N''ServerRole'', N''CONTOSO\RTCComponentUniversalServices'';
USE [master];' | Out-Host }
    Assert-ExitCode -Low 0 -High 0
    Invoke-Shown -Command { sqlcmd '-S' 'sql01.contoso.com\RTC' '-E' '-b' '-x' '-Q' 'USE [mgc];
SELECT SUSER_ID(N''CONTOSO\RTCComponentUniversalServices'') AS login_id, DATABASE_PRINCIPAL_ID(N''CONTOSO\RTCComponentUniversalServices'') AS user_id, CASE WHEN EXISTS (SELECT 1 FROM sys.database_role_members WHERE role_principal_id = DATABASE_PRINCIPAL_ID(N''ServerRole'') AND member_principal_id = DATABASE_PRINCIPAL_ID(N''CONTOSO\RTCComponentUniversalServices'')) THEN 1 ELSE 0 END AS in_role;
USE [master];' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: login_id is not empty and in_role is 1?'
}

# ---- Restore Persistent Chat
if (Test-Step -Id 'restore-pchat/pc-start.1@chat01.contoso.com' -Title 'Start the services of the Persistent Chat Server: chat01.contoso.com' -RunOn 'fe01.contoso.com' -Account 'lync-admin' -Look 'on fe01.contoso.com run: Get-CsWindowsService -ComputerName ''chat01.contoso.com'' | Format-List -Property ''*'' | Out-Host; if it shows every object: Status is Running (within 30 min), the step has had its effect') {
    Invoke-Shown -Command { Start-CsWindowsService -ComputerName 'chat01.contoso.com' -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-CsWindowsService -ComputerName 'chat01.contoso.com' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Status is Running (within 30 min)?'
}

# ---- Restore Persistent Chat
if (Test-Step -Id 'restore-pchat/pc-start.1@chat02.contoso.com' -Title 'Start the services of the Persistent Chat Server: chat02.contoso.com' -RunOn 'fe01.contoso.com' -Account 'lync-admin' -Look 'on fe01.contoso.com run: Get-CsWindowsService -ComputerName ''chat02.contoso.com'' | Format-List -Property ''*'' | Out-Host; if it shows every object: Status is Running (within 30 min), the step has had its effect') {
    Invoke-Shown -Command { Start-CsWindowsService -ComputerName 'chat02.contoso.com' -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-CsWindowsService -ComputerName 'chat02.contoso.com' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Status is Running (within 30 min)?'
}

# ---- Restore Persistent Chat
if (Test-Step -Id 'restore-pchat/pc-start.3' -Title 'List the categories' -RunOn 'fe01.contoso.com' -Account 'chat-admin') {
    Invoke-Shown -Command { Get-CsPersistentChatCategory | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show the number of objects is at least 1?'
}

# ---- Restore Persistent Chat
if (Test-Step -Id 'restore-pchat/pc-start.4' -Title 'List the rooms' -RunOn 'fe01.contoso.com' -Account 'chat-admin') {
    # Note: Compare them with the list of the backup.
    Invoke-Shown -Command { Get-CsPersistentChatRoom | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show the number of objects is at least 1?'
}

# ---- Check replication everywhere
if (Test-Step -Id 'cms-final.1' -Title 'Check that the master and the file transfer agents are active' -RunOn 'fe01.contoso.com' -Account 'lync-admin' -Look 'on fe01.contoso.com run: Get-CsManagementStoreReplicationStatus -CentralManagementStoreStatus | Format-List -Property ''*'' | Out-Host; if it shows every object: ActiveMasterFqdn is not empty and ActiveFileTransferAgents is not empty (within 15 min), the step has had its effect') {
    Invoke-Shown -Command { Get-CsManagementStoreReplicationStatus -CentralManagementStoreStatus | Format-List -Property '*' | Out-Host }
    Invoke-Shown -Command { Get-CsManagementStoreReplicationStatus -CentralManagementStoreStatus | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: ActiveMasterFqdn is not empty and ActiveFileTransferAgents is not empty (within 15 min)?'
}

# ---- Check replication everywhere
if (Test-Step -Id 'cms-final.2' -Title 'Check that replication works, and list every replica' -RunOn 'fe01.contoso.com' -Account 'lync-admin' -Look 'on fe01.contoso.com run: Get-CsManagementStoreReplicationStatus -ReplicaFqdn ''fe01.contoso.com'' | Format-List -Property ''*'' | Out-Host; if it shows every object: UpToDate is True (within 30 min), the step has had its effect') {
    # Note: A server that is still down stays at UpToDate False until it is restored; every other one follows within minutes.
    # Note: Force it with Invoke-CsManagementStoreReplication; the services of the store must run.
    Invoke-Shown -Command { Get-CsManagementStoreReplicationStatus | Format-List -Property '*' | Out-Host }
    Invoke-Shown -Command { Get-CsManagementStoreReplicationStatus -ReplicaFqdn 'fe01.contoso.com' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: UpToDate is True (within 30 min)?'
}

# ---- Try the pool as a user
if (Test-Step -Id 'cms-accept.1.1' -Title 'Try it: a test user signs in' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    # Note: The passwords of CONTOSO\support01 and CONTOSO\support02 are asked once and kept in memory only.
    # Note: Each of these tests may be left out with a reason; the report shows result and latency.
    Invoke-Shown -Command { Test-CsRegistration -TargetFqdn 'pool01.contoso.com' -UserSipAddress 'sip:support01@contoso.com' -UserCredential (Get-Credential 'CONTOSO\support01') | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Result is Success?'
}

# ---- Try the pool as a user
if (Test-Step -Id 'cms-accept.1.2' -Title 'Try it: an instant message between two test users' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Invoke-Shown -Command { Test-CsIM -TargetFqdn 'pool01.contoso.com' -SenderSipAddress 'sip:support01@contoso.com' -SenderCredential (Get-Credential 'CONTOSO\support01') -ReceiverSipAddress 'sip:support02@contoso.com' -ReceiverCredential (Get-Credential 'CONTOSO\support02') | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Result is Success?'
}

# ---- Try the pool as a user
if (Test-Step -Id 'cms-accept.1.3' -Title 'Try it: one test user sees the presence of the other' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Invoke-Shown -Command { Test-CsPresence -TargetFqdn 'pool01.contoso.com' -PublisherSipAddress 'sip:support01@contoso.com' -PublisherCredential (Get-Credential 'CONTOSO\support01') -SubscriberSipAddress 'sip:support02@contoso.com' -SubscriberCredential (Get-Credential 'CONTOSO\support02') | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Result is Success?'
}

# ---- Try the pool as a user
if (Test-Step -Id 'cms-accept.1.4' -Title 'Try it: a conference of two test users with messages' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Invoke-Shown -Command { Test-CsGroupIM -TargetFqdn 'pool01.contoso.com' -SenderSipAddress 'sip:support01@contoso.com' -SenderCredential (Get-Credential 'CONTOSO\support01') -ReceiverSipAddress 'sip:support02@contoso.com' -ReceiverCredential (Get-Credential 'CONTOSO\support02') | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Result is Success?'
}

# ---- Try the pool as a user
if (Test-Step -Id 'cms-accept.1.5' -Title 'Try it: a test user reaches the Address Book' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Invoke-Shown -Command { Test-CsAddressBookService -TargetFqdn 'pool01.contoso.com' -UserSipAddress 'sip:support01@contoso.com' -UserCredential (Get-Credential 'CONTOSO\support01') | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Result is Success?'
}

# ---- Try the pool as a user
if (Test-Step -Id 'cms-accept.1.6' -Title 'Try it: a message in a chat room' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Invoke-Shown -Command { Test-CsPersistentChatMessage -TargetFqdn 'pool01.contoso.com' -SenderSipAddress 'sip:support01@contoso.com' -SenderCredential (Get-Credential 'CONTOSO\support01') -ReceiverSipAddress 'sip:support02@contoso.com' -ReceiverCredential (Get-Credential 'CONTOSO\support02') | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Result is Success?'
}

# Left out: Prepare both sides: not both sides are lost
# Left out: Bring the surviving mirror into service: there is no mirror of the CMS to be rescued
# Left out: Bring the surviving mirror into service in SQL Server: there is no mirror of the CMS to be rescued; rescue way cmdlet was chosen
# Left out: Export current data from the surviving mirror: there is no mirror of the CMS to be rescued
# Left out: Back up the databases of the surviving mirror: there is no mirror of the CMS to be rescued
# Left out: Are the exports and backups usable?: there is no mirror of the CMS to be rescued
# Left out: New Windows installation with the same FQDN: no Standard Edition server
# Left out: New Windows installation of the Back End Servers of both sides: not both sides are lost
# Left out: Put back saved registry values: no Standard Edition server
# Left out: Restore the file store: the file store is elsewhere
# Left out: Prepare first Standard Edition server: no Standard Edition server
# Left out: Check that version and edition match the partner: not mirrored
# Left out: Install SQL Server on both sides: not both sides are lost
# Left out: Install the administrative tools on the server itself: no Standard Edition server; another Lync server with a local replica works
# Left out: Use the replica for the import: configuration survivor was not chosen
# Left out: End mirroring of the Central Management store's databases: the CMS is not mirrored; user store intact was not chosen
# Left out: Set the SCP to the Central Management store and its mirror: the mirror does not exist yet, or there is none
# Left out: Import the configuration of the surviving server: configuration survivor was not chosen
# Left out: Restore xds and lis from the rescued backups: there is no mirror of the CMS to be rescued; the configuration comes from an export
# Left out: End mirroring of the database: there is no mirror of the CMS to be rescued
# Left out: Bring the database online: there is no mirror of the CMS to be rescued
# Left out: Create the mirror on the new server, except databases that are restored first: the CMS is not mirrored
# Left out: Create the mirror on the new server: the CMS is not mirrored; SQL backups of databases of this Back End are in the set
# Left out: Re-create the mirror on the surviving server, except databases that are restored first: there is no mirror of the CMS to be rescued
# Left out: Re-create the mirror on the surviving server: there is no mirror of the CMS to be rescued; SQL backups of databases of this Back End are in the set
# Left out: Mirror the store's databases again: the CMS is not mirrored; user store intact was not chosen
# Left out: Add the mirror to the CMS service connection point (SCP): the CMS is not mirrored
# Left out: Lync Server Deployment Wizard: no Standard Edition server
# Left out: Restore user data: no Standard Edition server
# Left out: Re-create the databases: archiving or monitoring data lie on the Back End Server
# Left out: Restore the Persistent Chat database: chat restore was not chosen
# Left out: Deploy the Monitoring Reports: reports lost was not chosen
# Left out: Re-create the Persistent Chat database: the Persistent Chat database lies on a server of the pool or Back End
# Left out: Stop the Persistent Chat service only: Persistent Chat has servers of its own, or there is none
# Left out: Back up the present database before the import: restored from the SQL backup, or no export in the set
# Left out: Import the exported Persistent Chat data: restored from the SQL backup, or no export in the set
# Left out: Start the Persistent Chat service: Persistent Chat has servers of its own, or there is none
# Left out: Mirror the archiving and monitoring databases again: the CMS is not mirrored
# Left out: Restart all Front End Servers: the CMS is not mirrored
# Left out: Restart all Front End Servers after the change of the mirror: the CMS is not mirrored; user store intact was not chosen
# Left out: Kerberos account password: no Standard Edition server; no Kerberos account
# Left out: Try it without recorded test accounts: two test accounts of the pool that is tried are recorded
# Left out: Bring the users home: not paired; failed over yes was not chosen
Write-Host 'Afterwards: Run Get-CsManagementStoreReplicationStatus once more after an hour; every replica must be up to date.'
Write-Host 'Afterwards: Restart a new host of the Central Management store once (pitfall P30).'
Write-Host 'Afterwards: Sign in a test user and look at the contact list.'
Write-Host 'Afterwards: Take a fresh backup into a new set.'
Complete-Record
} catch {
    Show-Failure -Failure $_
    $script:Ended = $true
    exit 1
} finally {
    Close-Record
}
exit 0
