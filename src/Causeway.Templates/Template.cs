using Causeway.Templates.Evaluation;
using Causeway.Templates.Functions;
using Causeway.Templates.Language;
using Causeway.Templates.Values;

namespace Causeway.Templates;

/// <summary>A template as it was read: its sections, whose shape has been checked. Nothing in it has been evaluated.</summary>
public sealed class Template
{
    private readonly Dictionary<string, ParameterDefinition> _parameters = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, ParameterDefinition> _outputs = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, OwnFunction> _functions = new(StringComparer.OrdinalIgnoreCase);

    private Template(Value.Object json) => Json = json;

    /// <summary>As it was sent.</summary>
    public Value.Object Json { get; }

    /// <summary>Whether resources have symbols (language version 2.0, as Bicep writes it).</summary>
    public bool IsSymbolic { get; private init; }

    /// <summary>The same for the same template, whatever its spaces: a number of 64 bits.</summary>
    public string Hash => Hashes.Murmur64(Json.ToUtf8()).ToString(System.Globalization.CultureInfo.InvariantCulture);

    internal Value.Object Variables { get; private init; } = Value.Object.Empty;

    internal IReadOnlyDictionary<string, ParameterDefinition> Parameters => _parameters;

    internal IReadOnlyDictionary<string, ParameterDefinition> Outputs => _outputs;

    internal IReadOnlyDictionary<string, OwnFunction> Functions => _functions;

    /// <summary>Resources by symbol or by their place, with where they stand.</summary>
    internal IReadOnlyList<(string Key, Value.Object Resource, string Path)> Resources { get; private init; } = [];

    /// <exception cref="TemplateException">It has not the shape of a template.</exception>
    public static Template Read(Value json)
    {
        if (json is not Value.Object whole)
            throw new TemplateException($"A template is an object, not a value of type '{json.Kind}'.");
        if (whole.Get("$schema") is not Value.Text || whole.Get("contentVersion") is not Value.Text)
            throw new TemplateException("A template needs '$schema' and 'contentVersion', both strings.");
        foreach ((string member, _) in whole.Members.Where(m => !s_members.Contains(m.Key, StringComparer.OrdinalIgnoreCase)))
            throw new TemplateException($"Could not find member '{member}' on object of type 'Template'.")
            {
                Code = TemplateException.NotTheShape,
                Path = member,
            };
        foreach (string beyond in s_beyond.Where(b => whole.Get(b) is { } and not Value.Object { Count: 0 }))
            throw new TemplateException($"Templates with '{beyond}' cannot be deployed here: only resources of this server can.").At(
                beyond
            );
        bool isSymbolic = whole.Get("resources") is Value.Object;
        if (isSymbolic && (whole.Get("languageVersion") as Value.Text)?.Characters.StartsWith("2.", StringComparison.Ordinal) != true)
            throw new TemplateException("Resources with symbols need \"languageVersion\": \"2.0\".").At("resources");
        var template = new Template(whole)
        {
            IsSymbolic = isSymbolic,
            Variables = Section(whole, "variables"),
            Resources = ResourcesOf(whole),
        };
        Value.Object definitions = Section(whole, "definitions");
        Define(Section(whole, "parameters"), definitions, template._parameters, "parameters", TemplateLimits.Parameters);
        Define(Section(whole, "outputs"), definitions, template._outputs, "outputs", TemplateLimits.Outputs);
        if (template.Variables.Count > TemplateLimits.Variables)
            throw TooMany("variables", template.Variables.Count, TemplateLimits.Variables);
        template.ReadFunctions(whole.Get("functions"));
        return template;
    }

    /// <summary>What stands at the root of a template (ARM's schema 2019-04-01 and language version 2.0).</summary>
    private static readonly string[] s_members =
    [
        "$schema",
        "contentVersion",
        "languageVersion",
        "apiProfile",
        "metadata",
        "definitions",
        "functions",
        "parameters",
        "variables",
        "resources",
        "outputs",
        "rules",
        "asserts",
        "extensions",
        "imports",
        "extensionConfigs",
    ];

    private static readonly string[] s_beyond = ["extensions", "imports", "extensionConfigs"];

    private static Value.Object Section(Value.Object whole, string name) =>
        whole.Get(name) switch
        {
            null => Value.Object.Empty,
            Value.Object section => section,
            var other => throw new TemplateException($"'{name}' has to be an object, not a value of type '{other.Kind}'.").At(name),
        };

    private static List<(string, Value.Object, string)> ResourcesOf(Value.Object whole) =>
        whole.Get("resources") switch
        {
            null => [],
            Value.Array array => [.. array.Items.Select((r, i) => ($"{i}", Resource(r, $"resources[{i}]"), $"resources[{i}]"))],
            Value.Object symbols =>
            [
                .. symbols.Members.Select(m => (m.Key, Resource(m.Value, $"resources.{m.Key}"), $"resources.{m.Key}")),
            ],
            var other => throw new TemplateException($"'resources' has to be an array, not a value of type '{other.Kind}'.").At(
                "resources"
            ),
        };

    internal static Value.Object Resource(Value value, string path) =>
        value as Value.Object ?? throw new TemplateException("A resource has to be an object.").At(path);

    private static void Define(
        Value.Object section,
        Value.Object definitions,
        Dictionary<string, ParameterDefinition> into,
        string name,
        int most
    )
    {
        if (section.Count > most)
            throw TooMany(name, section.Count, most);
        foreach ((string key, Value value) in section.Members)
        {
            string path = $"{name}.{key}";
            var definition = new ParameterDefinition(
                value as Value.Object ?? throw new TemplateException("An object with a 'type' is needed here.").At(path),
                definitions
            );
            try
            {
                _ = definition.Shown;
            }
            catch (TemplateException e)
            {
                throw e.At(path);
            }
            into[key] = definition;
        }
    }

    private void ReadFunctions(Value? section)
    {
        IReadOnlyList<Value> namespaces = section switch
        {
            null => [],
            Value.Array array => array.Items,
            var other => throw new TemplateException($"'functions' has to be an array, not a value of type '{other.Kind}'.").At(
                "functions"
            ),
        };
        for (int i = 0; i < namespaces.Count; i++)
        {
            string path = $"functions[{i}]";
            if (
                namespaces[i] is not Value.Object ns
                || ns.Get("namespace") is not Value.Text { Characters: var name }
                || ns.Get("members") is not Value.Object members
            )
                throw new TemplateException("The template's own functions need a 'namespace' and 'members'.").At(path);
            foreach ((string member, Value value) in members.Members)
                _functions[$"{name}.{member}"] =
                    value is Value.Object function && (function.Get("output") as Value.Object)?.Find("value") is { } output
                        ? new OwnFunction(ParametersOf(function, $"{path}.members.{member}"), output)
                        : throw new TemplateException("A function needs an 'output' with a 'value'.").At($"{path}.members.{member}");
        }
    }

    private static string[] ParametersOf(Value.Object function, string path) =>
        [
            .. ((function.Get("parameters") as Value.Array)?.Items ?? []).Select(p =>
                ((p as Value.Object)?.Get("name") as Value.Text)?.Characters
                ?? throw new TemplateException("A parameter of a function needs a 'name'.").At($"{path}.parameters")
            ),
        ];

    private static TemplateException TooMany(string what, int count, int most) =>
        new TemplateException($"The number of template {what} limit is exceeded: there are {count}, and at most {most} are allowed.").At(
            what
        );
}
