using Causeway.Templates.Evaluation;
using Causeway.Templates.Language;
using Causeway.Templates.Values;

namespace Causeway.Templates;

/// <summary>The values of a template's parameters: those that were given, and defaults for the others, once and for all.</summary>
public static class TemplateParameters
{
    /// <summary>Evaluated defaults included, by name. The same deployment has them from then on: defaults may be times and new GUIDs.</summary>
    /// <param name="given">As a request has them: <c>{"name": {"value": …}}</c>; null for none.</param>
    /// <exception cref="TemplateException">One is missing, unknown, or not what it has to be.</exception>
    public static Value.Object Bind(Template template, Value? given, DeploymentFacts facts)
    {
        Value.Object values = given switch
        {
            null or Value.Null => Value.Object.Empty,
            Value.Object members => members,
            _ => throw new TemplateException("'parameters' has to be an object such as {\"name\": {\"value\": …}}."),
        };
        string[] unknown = [.. values.Members.Select(m => m.Key).Where(k => !template.Parameters.ContainsKey(k))];
        if (unknown.Length > 0)
            throw new TemplateException(
                $"The following parameters were supplied, but do not correspond to any parameters defined in the template: '{string.Join(", ", unknown)}'. The parameters defined in the template are: '{string.Join(", ", template.Parameters.Keys)}'. Please see https://aka.ms/arm-pass-parameter-values for usage details."
            );
        var bound = new Dictionary<string, Value>(StringComparer.OrdinalIgnoreCase);
        var waiting = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        Evaluator? evaluator = null;
        evaluator = new Evaluator(facts, Bound, _ => null, template.Functions, NoRuntime.Instance);
        foreach (string name in template.Parameters.Keys)
            Bound(name);
        return new Value.Object(template.Parameters.Keys.Select(name => KeyValuePair.Create(name, bound[name])));

        Value? Bound(string name)
        {
            if (bound.TryGetValue(name, out Value? already))
                return already;
            if (!template.Parameters.TryGetValue(name, out ParameterDefinition? definition))
                return null;
            string path = $"parameters.{name}";
            if (!waiting.Add(name))
                throw new TemplateException($"The default value of parameter '{name}' needs itself.").At(path);
            Value value = Given(values, name) ?? Default(name, definition, path);
            waiting.Remove(name);
            try
            {
                definition.Check(value, $"template parameter '{name}'");
            }
            catch (TemplateException e)
            {
                throw e.At(path);
            }
            return bound[name] = value;
        }

        Value Default(string name, ParameterDefinition definition, string path) =>
            definition.Default is { } otherwise
                ? evaluator!.Evaluate(otherwise, Scope.Plain with { IsDefault = true }, $"{path}.defaultValue")
            : definition.IsNullable ? Value.Null.Value
            : throw new TemplateException(
                $"The value for the template parameter '{name}' is not provided. Please see https://aka.ms/arm-create-parameter-file for usage details."
            ).At(path);
    }

    /// <summary>Parameters as answers show them: secret ones without their values.</summary>
    public static Value.Object Show(Template template, Value.Object bound) =>
        new(
            template.Parameters.Select(p =>
            {
                var shown = new Value.Object([KeyValuePair.Create("type", (Value)new Value.Text(p.Value.Shown))]);
                return KeyValuePair.Create(p.Key, (Value)(p.Value.IsSecure ? shown : shown.With("value", bound.Find(p.Key)!)));
            })
        );

    /// <summary>The values with secret ones as not known: what is made of them is shown as its expression. One that was not given is no secret, but null.</summary>
    public static Value.Object WithoutSecrets(Template template, Value.Object bound) =>
        new(
            bound.Members.Select(m =>
                template.Parameters[m.Key].IsSecure && m.Value is not Value.Null
                    ? KeyValuePair.Create(m.Key, (Value)new Value.Unknown($"[parameters('{m.Key}')]"))
                    : m
            )
        );

    /// <summary>The texts in secret parameters: what nothing that is shown may hold. Very short ones are words like others.</summary>
    public static IReadOnlyList<string> Secrets(Template template, Value.Object bound) =>
        [.. bound.Members.Where(m => template.Parameters[m.Key].IsSecure).SelectMany(m => Texts(m.Value)).Where(t => t.Length > 3)];

    private static IEnumerable<string> Texts(Value value) =>
        value switch
        {
            Value.Text text => [text.Characters],
            Value.Array array => array.Items.SelectMany(Texts),
            Value.Object members => members.Members.SelectMany(m => Texts(m.Value)),
            _ => [],
        };

    /// <summary>Null when it was not given: the default counts.</summary>
    private static Value? Given(Value.Object values, string name) =>
        values.Find(name) switch
        {
            null => null,
            Value.Object given when given.Find("value") is { } value => value,
            Value.Object given when given.Find("reference") is not null => throw new TemplateException(
                $"The template parameter '{name}' refers to a key vault, and there is none here: give its value."
            )
            {
                Code = "KeyVaultParameterReferenceNotSupported",
                Path = $"parameters.{name}",
            },
            Value.Object { Count: 0 } => null,
            _ => throw new TemplateException($"The value of the parameter '{name}' has to be given as {{\"value\": …}}.").At(
                $"parameters.{name}"
            ),
        };

    private sealed class NoRuntime : IRuntime
    {
        public static readonly NoRuntime Instance = new();

        public Value? Reference(string target, string? apiVersion, bool isFull) => null;

        public Value? References(string loop, bool isFull) => null;

        public Value? List(string function, string target, string apiVersion, Value? argument) => null;
    }
}
