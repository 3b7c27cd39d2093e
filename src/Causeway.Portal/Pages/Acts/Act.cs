using System.Text.Json.Nodes;
using Causeway.Client;
using Causeway.Contracts.Circuits;
using Microsoft.AspNetCore.Http;

namespace Causeway.Portal.Pages.Acts;

/// <summary>How a value is given.</summary>
public enum FieldKind
{
    Text,
    Number,
    Choice,
    Long,
    Secret,
    Date,

    /// <summary>Given when the form is opened, and sent back with it: the name of what is made, so that pressed twice it is made once.</summary>
    Hidden,

    /// <summary>A file of the browser's.</summary>
    File,

    /// <summary>Any number of what can be chosen; the value is a list of them.</summary>
    Many,
}

/// <summary>What can be chosen.</summary>
/// <param name="OnlyFor">Values of the field that it depends on, with which it fits; empty for all.</param>
public sealed record Choice(string Value, string Text, IReadOnlyList<string> OnlyFor)
{
    /// <summary>The country that it is, by two letters (ISO 3166-1), for which the browser knows the name in the language of the page; null for no country.</summary>
    public string? Country { get; init; }
}

/// <summary>A value that an act needs.</summary>
/// <param name="Name">As in the templates.</param>
/// <param name="Label">For people.</param>
public sealed record Field(string Name, string Label, FieldKind Kind = FieldKind.Text)
{
    public string Value { get; init; } = "";

    public bool IsOptional { get; init; }

    /// <summary>Said where it is missing; null for the general words.</summary>
    public string? Needed { get; init; }

    /// <summary>A regular expression that the whole value has to match.</summary>
    public string? Pattern { get; init; }

    /// <summary>What it means and how it is written.</summary>
    public string? Help { get; init; }

    public IReadOnlyList<Choice> Choices { get; init; } = [];

    /// <summary>Values that are offered while another may be typed.</summary>
    public IReadOnlyList<string> Suggested { get; init; } = [];

    /// <summary>The field by whose value the choices are narrowed; null for none.</summary>
    public string? DependsOn { get; init; }

    /// <summary>Whether its value is what was just made for it: that is chosen, whatever was before.</summary>
    public bool IsMade { get; init; }
}

/// <summary>A command line that does the same as an act.</summary>
/// <param name="Line">Its template.</param>
/// <param name="Of">The fields on whose values it depends, and the values, <see cref="Any"/> for any that is not empty; none for a line that always fits.</param>
public sealed record Command(string Line, params IReadOnlyList<(string Field, string Value)> Of)
{
    public static implicit operator Command(string line) => new(line);

    public const string Any = "*";

    public bool Fits(Func<string, string> value) =>
        Of.All(of => of.Value == Any ? value(of.Field).Trim().Length > 0 : value(of.Field).Trim() == of.Value);
}

/// <summary>Something that can be done: what it asks for, the request that does it, and the same in other words.</summary>
/// <param name="Name">As in the path.</param>
/// <param name="Method"><c>PUT</c>, <c>PATCH</c>, <c>POST</c> or <c>DELETE</c>.</param>
/// <param name="Path">Template of the path, without the version.</param>
/// <param name="Body">Template of the body; null for none.</param>
/// <param name="Commands">What does the same on the command line; where there is none of Azure's, the request as <c>az rest</c> sends it is added.</param>
public sealed record Act(
    string Name,
    string Title,
    string Method,
    string Path,
    string Version,
    JsonNode? Body,
    IReadOnlyList<Command> Commands
)
{
    public IReadOnlyList<Field> Fields { get; init; } = [];

    /// <summary>The resource that it is about, or an empty text.</summary>
    public string On { get; init; } = "";

    /// <summary>Values that no field asks for.</summary>
    public IReadOnlyDictionary<string, string> Given { get; init; } = new Dictionary<string, string>();

    /// <summary>The ETag of the document that the body is laid over, so that what somebody else wrote meanwhile is not overwritten; null where there was none.</summary>
    public string? IfMatch { get; init; }

    /// <summary>Whether it makes something: a PUT where nothing was when the form was opened. What has come there meanwhile, or has the same name, is not overwritten.</summary>
    public bool Creates => Method == "PUT" && IfMatch is null;

    /// <summary>Of a field, the values that others have, and who: they cannot be had again.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> Taken { get; init; } =
        new Dictionary<string, IReadOnlyDictionary<string, string>>();

    /// <summary>Of a field, where what it names has a link at all.</summary>
    public IReadOnlyDictionary<string, LinkSpaceSideBody> Links { get; init; } = new Dictionary<string, LinkSpaceSideBody>();

    /// <summary>Of a field of an address, the LANs on which it can be, by what names them.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> Lans { get; init; } =
        new Dictionary<string, IReadOnlyDictionary<string, string>>();

    /// <summary>What is taken of a field's values; null where nothing is known of it.</summary>
    public IReadOnlyDictionary<string, string>? TakenIn(string field) => Taken.GetValueOrDefault(field);

    /// <summary>What the button says.</summary>
    public required string Button { get; init; }

    /// <summary>The side whose page it is.</summary>
    public string? Side { get; init; }

    /// <summary>Where one is led to when it is done; null to the resource itself.</summary>
    public string? Then { get; init; }

    /// <summary>Whether one is led to what was made, where that is not what it is about.</summary>
    public bool LeadsToMade { get; init; }

    /// <summary>Said above the form: what goes along with it, or what is first; null for nothing.</summary>
    public string? Says { get; init; }

    /// <summary>The field without whose value what is written is deleted instead; null for what is always written.</summary>
    public string? DeletesWithout { get; init; }

    /// <summary>What has to be there before this can be done: said, and where it is made; null where nothing is missing.</summary>
    public (string Says, string Text, string Path)? First { get; init; }

    /// <summary>What is done where it is more than one request; null where it is the request that is shown.</summary>
    public Func<CausewayClient, IFormFileCollection, CancellationToken, Task>? Does { get; init; }

    /// <summary>What is said of the answer, where it holds what is told once and never again; null where one is led on instead.</summary>
    public Func<JsonNode?, (Page? Page, string? Done, int Status)>? Tells { get; init; }

    /// <summary>The command lines, with one of Azure's.</summary>
    public IReadOnlyList<Command> AllCommands =>
        Commands.Any(c => c.Line.StartsWith("az ", StringComparison.Ordinal))
            ? Commands
            :
            [
                .. Commands,
                $"az rest --method {Method.ToLowerInvariant()} --url {Path} --url-parameters api-version={Version}{(Body is null ? "" : $" --body {{{Template.WholeBody}}}")}",
            ];

    public string ValueOf(string name) =>
        Given.TryGetValue(name, out string? given) ? given : Fields.FirstOrDefault(f => f.Name == name)?.Value ?? "";

    /// <summary>The same, with what was typed.</summary>
    public Act With(Func<string, string?> typed) =>
        this with
        {
            Fields = [.. Fields.Select(f => typed(f.Name) is { } value ? f with { Value = value } : f)],
        };

    /// <summary>The same, with what was just made chosen where it can be.</summary>
    public Act Choosing(string made) =>
        made.Length == 0
            ? this
            : this with
            {
                Fields =
                [
                    .. Fields.Select(f =>
                        f.Choices.FirstOrDefault(c => c.Value.Equals(made, StringComparison.OrdinalIgnoreCase)) is { } choice
                            ? f with
                            {
                                Value = choice.Value,
                                IsMade = true,
                            }
                            : f
                    ),
                ],
            };

    /// <summary>The same, with what it was opened from chosen where it can be: the thing itself, its group, or its subscription.</summary>
    public Act Within(string id)
    {
        if (id.Length == 0)
            return this;
        string[] segments = id.Split('/');
        string[] around = [id, string.Join('/', segments.Take(5)), segments.ElementAtOrDefault(2) ?? ""];
        return this with
        {
            Fields =
            [
                .. Fields.Select(f =>
                    around
                        .Select(a => f.Choices.FirstOrDefault(c => c.Value.Equals(a, StringComparison.OrdinalIgnoreCase)))
                        .FirstOrDefault(c => c is not null)
                        is { } choice
                        ? f with
                        {
                            Value = choice.Value,
                        }
                        : f
                ),
            ],
        };
    }

    /// <summary>The same over a document that is there: what the body does not name is sent as it was, and only while nobody has changed it.</summary>
    /// <param name="old">Null while there is none.</param>
    public Act Over(JsonNode? old) => this with { Old = old, IfMatch = old?["etag"]?.ToString() };

    /// <summary>The document that the body is laid over; null for none.</summary>
    public JsonNode? Old { get; private init; }

    /// <summary>The body with its values.</summary>
    public JsonNode? Filled(Func<string, string> value) => Template.Body(Body, value, Old);

    /// <summary>Asks the API for it, and does not wait until routers have followed: the page shows how it goes.</summary>
    /// <param name="files">That came with the form.</param>
    /// <returns>The path of the page that shows what came of it, the id of what was written, and what was answered.</returns>
    public async Task<(string Leads, string Made, JsonNode? Answer)> DoAsync(
        CausewayClient client,
        IFormFileCollection files,
        CancellationToken cancellation
    )
    {
        string path = Template.Path(Path, ValueOf);
        JsonNode? body = Filled(ValueOf);
        JsonNode? answer = null;
        if (Does is not null)
            await Does(client, files, cancellation);
        else if (DeletesWithout is { } field && ValueOf(field).Trim().Length == 0)
            await client.Arm.DeleteAsync(path, Version, wait: false, cancellation);
        else if (Method == "PUT")
            answer = await client.Arm.PutAsync(
                path,
                Version,
                body ?? new JsonObject(),
                wait: false,
                cancellation,
                IfMatch,
                ifAbsent: Creates
            );
        else if (Method == "PATCH")
            await client.Arm.PatchAsync(path, Version, body ?? new JsonObject(), cancellation);
        else if (Method == "DELETE")
            await client.Arm.DeleteAsync(path, Version, wait: false, cancellation);
        else
            answer = await client.Arm.PostAsync(path, Version, body, cancellation);
        // An id, not a path: in that its characters stand otherwise.
        string made = Uri.UnescapeDataString(path);
        return (Then ?? Cell.PathOf(On.Length > 0 && !LeadsToMade ? On : made), made, answer);
    }
}
