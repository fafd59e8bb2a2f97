function New-SetFile([string] $Path) {
    if (Test-Path -LiteralPath $Path) { throw ('{0} is there already: a backup goes into a new set.' -f $Path) }
    [void] (New-Item -ItemType 'Directory' -Force -Path (Split-Path -Parent $Path))
}

function Save-Byte([string] $Path, [object[]] $Data) {
    $bytes = [byte[]] @($Data | ForEach-Object -Process { $_ })
    if ($bytes.Length -eq 0) { throw ('Nothing came back for {0}.' -f $Path) }
    New-SetFile -Path $Path
    [System.IO.File]::WriteAllBytes($Path, $bytes)
    Write-Host ('{0}: {1} bytes' -f $Path, $bytes.Length)
}

function Save-Text([string] $Path, [object[]] $Data) {
    New-SetFile -Path $Path
    $text = $Data | Format-List -Property '*' | Out-String -Width 4096
    [System.IO.File]::WriteAllText($Path, $text, (New-Object -TypeName 'System.Text.UTF8Encoding' -ArgumentList $false))
    Write-Host ('{0}: {1} characters' -f $Path, $text.Length)
}
