# What PowerShell's own parser finds in the scripts of a folder: one distinct fact a line, its parts separated by tabs.
param([string] $Folder)
Add-Type -TypeDefinition @'
using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Management.Automation.Language;

public static class Facts
{
    static HashSet<string> seen = new HashSet<string>();

    static void Say(string file, string kind, params string[] parts)
    {
        if (seen.Add(file.StartsWith("note-") + kind + "\t" + string.Join("\t", parts)))
            Console.Out.WriteLine(kind + "\t" + file + "\t" + string.Join("\t", parts.Select(OneLine)));
    }

    static string OneLine(string text) { return text.Replace("\t", " ").Replace("\r", " ").Replace("\n", " "); }

    public static void Of(string folder)
    {
        foreach (var path in Directory.GetFiles(folder, "*.ps1").OrderBy(one => one, StringComparer.Ordinal))
        {
            Token[] tokens;
            ParseError[] errors;
            var file = Path.GetFileName(path);
            var tree = Parser.ParseFile(path, out tokens, out errors);
            foreach (var error in errors) Say(file, "error", error.Extent.StartLineNumber + ": " + error.Message);
            foreach (var node in tree.FindAll(one => true, true)) Look(file, node);
        }
    }

    static void Look(string file, Ast node)
    {
        Say(file, "node", node.GetType().Name);
        switch (node)
        {
            case CommandAst one:
                var rest = one.CommandElements.Skip(1).ToList();
                var named = rest.OfType<CommandParameterAst>().Select(p => p.ParameterName);
                var bare = rest.OfType<StringConstantExpressionAst>()
                    .Where(s => s.StringConstantType == StringConstantType.BareWord).Select(s => s.Value);
                Say(file, "command", one.GetCommandName() ?? "", string.Join(",", named), string.Join(",", bare),
                    one.Parent is PipelineAst whole && whole.PipelineElements[0] != one ? "piped" : "");
                break;
            case FunctionDefinitionAst one:
                var parameters = (one.Parameters ?? one.Body.ParamBlock?.Parameters)?.Select(p => p.Name.VariablePath.UserPath);
                Say(file, "function", one.Name, string.Join(",", parameters ?? new string[0]));
                break;
            case InvokeMemberExpressionAst one:
                Say(file, "member", one.Member.Extent.Text);
                if (one.NullConditional) Say(file, "newer", "?.");
                break;
            case MemberExpressionAst one:
                if (one.NullConditional) Say(file, "newer", "?.");
                break;
            case IndexExpressionAst one:
                if (one.NullConditional) Say(file, "newer", "?[]");
                break;
            case PipelineAst one:
                if (one.Background) Say(file, "newer", "&");
                break;
            case BinaryExpressionAst one:
                Say(file, "operator", one.Operator.ToString());
                break;
            case AssignmentStatementAst one:
                Say(file, "operator", one.Operator.ToString());
                break;
            case VariableExpressionAst one:
                Say(file, "variable", one.VariablePath.UserPath);
                break;
            case TypeExpressionAst one:
                Say(file, "type", one.TypeName.FullName);
                break;
            case TypeConstraintAst one:
                Say(file, "type", one.TypeName.FullName);
                break;
        }
    }
}
'@
[Console]::OutputEncoding = New-Object -TypeName System.Text.UTF8Encoding -ArgumentList $false
[Facts]::Of($Folder)
