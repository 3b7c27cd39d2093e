using System.Text.Json.Nodes;
using Causeway.Client;
using Causeway.Language;
using Causeway.Primitives;

namespace Causeway.Cli.Kit;

/// <summary>
/// What went wrong, as people read it, or, where JSON or YAML was asked for, as programs do; on standard error either way. Code and message of a server's
/// error are the server's and are not translated; advice is.
/// </summary>
/// <param name="Code">Stable: the server's, else the name of the exit code.</param>
internal sealed record Failure(ExitCode Exit, string Code, string Message)
{
    /// <summary>What went wrong before a server had said anything, or was not a server's to say.</summary>
    public Failure(ExitCode exit, string message)
        : this(exit, exit.ToString(), message) { }

    public string? Target { get; init; }
    public IReadOnlyList<ArmErrorDetail> Details { get; init; } = [];

    /// <summary>What programs are told beside it; people are shown the same.</summary>
    public IReadOnlyList<ArmErrorInfo> AdditionalInfo { get; init; } = [];

    /// <summary>The HTTP status that the server refused with; null where no server said it, 200 for an operation that failed.</summary>
    public int? Status { get; init; }

    /// <summary>The name that was probably meant, as a sentence.</summary>
    public string? DidYouMean { get; init; }

    /// <summary>Who can do something about it.</summary>
    public string? ActsNext { get; init; }

    /// <summary>A command line that leads on.</summary>
    public string? Try { get; init; }

    public void Write(TextWriter error, OutputForm form, Words words)
    {
        if (form is OutputForm.Json or OutputForm.Yaml)
            Answer.Write(error, form, ToJson());
        else
            WriteText(error, words);
    }

    private void WriteText(TextWriter error, Words words)
    {
        string near = DidYouMean is null ? "" : $" {DidYouMean}";
        if (Status is { } status)
        {
            error.WriteLine(
                $"{words["error"]}: {PlainText.Escape(Code)} ({(status == 200 ? words["operation failed"] : $"HTTP {status}")})"
            );
            if (Details.Count == 0)
                error.WriteLine($"  {PlainText.EscapeLines(Message, "  ")}");
            foreach (ArmErrorDetail detail in Details)
            {
                error.WriteLine(
                    PlainText.EscapeLines($"  - {(detail.Target is { Length: > 0 } at ? at + ": " : "")}{detail.Message}", "    ")
                );
                WriteInfo(error, detail.AdditionalInfo, "    ");
            }
            if (Details.Count == 0 && Target is { Length: > 0 } target && !Message.Contains(target, StringComparison.Ordinal))
                error.WriteLine($"  {words["at", target]}");
            WriteInfo(error, AdditionalInfo, "  ");
            if (near.Length > 0)
                error.WriteLine($" {near}");
        }
        else
        {
            error.WriteLine($"causeway: {PlainText.EscapeLines(Message, "  ")}{near}");
            foreach (ArmErrorDetail detail in Details)
                error.WriteLine($"  {PlainText.EscapeLines(detail.Message, "    ")}");
        }
        if (ActsNext is { } who)
            error.WriteLine(words["who acts next", who]);
        if (Try is { } line)
            error.WriteLine(words["try", line]);
    }

    /// <summary>Each on a line, member by member: <c>TemplateViolation: lineNumber 3, path properties.template.variables.b</c>.</summary>
    private static void WriteInfo(TextWriter error, IReadOnlyList<ArmErrorInfo> all, string indent)
    {
        foreach (ArmErrorInfo one in all)
        {
            string said = one.Info is JsonObject members ? string.Join(", ", members.Select(m => $"{m.Key} {m.Value}")) : $"{one.Info}";
            error.WriteLine(PlainText.EscapeLines($"{indent}{one.Type}: {said}", $"{indent}  "));
        }
    }

    /// <summary>ARM's form of an error, and beside it what the command line knows.</summary>
    private JsonObject ToJson()
    {
        var error = new JsonObject { ["code"] = Code, ["message"] = Message };
        if (Target is not null)
            error["target"] = Target;
        if (Details.Count > 0)
            error["details"] = new JsonArray([.. Details.Select(Written)]);
        AddInfo(error, AdditionalInfo);
        var whole = new JsonObject { ["error"] = error, ["exitCode"] = (int)Exit };
        if (Status is { } status)
            whole["status"] = status;
        foreach (
            (string name, string? text) in (ReadOnlySpan<(string, string?)>)
                [("didYouMean", DidYouMean), ("actsNext", ActsNext), ("try", Try)]
        )
            if (text is not null)
                whole[name] = text;
        return whole;

        static JsonNode Written(ArmErrorDetail detail)
        {
            var written = new JsonObject { ["code"] = detail.Code, ["message"] = detail.Message };
            if (detail.Target is not null)
                written["target"] = detail.Target;
            AddInfo(written, detail.AdditionalInfo);
            return written;
        }

        static void AddInfo(JsonObject to, IReadOnlyList<ArmErrorInfo> all)
        {
            if (all.Count > 0)
                to["additionalInfo"] = new JsonArray([
                    .. all.Select(i => new JsonObject { ["type"] = i.Type, ["info"] = i.Info?.DeepClone() }),
                ]);
        }
    }
}
