using System.Collections.Immutable;
using Causeway.Primitives;
using Causeway.Templates.Evaluation;
using Causeway.Templates.Language;
using Causeway.Templates.Values;

namespace Causeway.Templates;

/// <summary>
/// What a template with its parameters asks for: which resources, in which order, with which bodies. Made anew whenever it is needed and always the same, so
/// that a deployment which was interrupted goes on where it was. Bodies and outputs may hang on what only the server knows: then they say which questions they
/// have, and are asked for again with the answers.
/// </summary>
public sealed class DeploymentPlan
{
    private const string DeploymentType = "Microsoft.Resources/deployments";

    /// <summary>Members of a resource that say how it is deployed, not what it is.</summary>
    private static readonly string[] s_directions =
    [
        "type",
        "apiVersion",
        "name",
        "condition",
        "dependsOn",
        "copy",
        "resources",
        "comments",
        "metadata",
        "scope",
        "existing",
        "resourceGroup",
        "subscriptionId",
        "asserts",
    ];

    private readonly Template _template;
    private readonly DeploymentFacts _facts;
    private readonly Value.Object _parameters;
    private readonly Runtime _runtime;
    private readonly Evaluator _evaluator;
    private readonly Dictionary<string, Value> _variables = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _evaluating = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<PlannedResource> _resources = [];

    private DeploymentPlan(Template template, Value.Object parameters, DeploymentFacts facts)
    {
        (_template, _parameters, _facts) = (template, parameters, facts);
        _runtime = new Runtime(this);
        _evaluator = new Evaluator(facts, parameters.Find, Variable, template.Functions, _runtime);
    }

    /// <summary>In the template's order.</summary>
    public IReadOnlyList<PlannedResource> Resources => _resources;

    /// <summary>A text without what secret parameters hold.</summary>
    public string WithoutSecrets(string text) =>
        TemplateParameters
            .Secrets(_template, _parameters)
            .Aggregate(text, (t, secret) => t.Replace(secret, "***", StringComparison.Ordinal));

    /// <param name="parameters">By name, as <see cref="TemplateParameters.Bind"/> makes them.</param>
    /// <exception cref="TemplateException">The template is wrong in itself; everything in it that can be looked at beforehand has been.</exception>
    public static DeploymentPlan Make(Template template, Value.Object parameters, DeploymentFacts facts)
    {
        var plan = new DeploymentPlan(template, parameters, facts);
        foreach ((string name, _) in template.Variables.Members)
            if (!name.Equals("copy", StringComparison.OrdinalIgnoreCase))
                plan.Variable(name);
        foreach ((string key, Value.Object resource, string path) in template.Resources)
            plan.Add(key, resource, path, parent: null);
        plan.Order();
        plan._runtime.Begin(null);
        plan.Outputs();
        return plan;
    }

    /// <summary>What is PUT for a resource; null, with the questions that have to be answered first.</summary>
    /// <param name="answers">By <see cref="Question.Key"/>.</param>
    public Value.Object? Body(PlannedResource resource, IReadOnlyDictionary<string, Value> answers, out IReadOnlyList<Question> questions)
    {
        _runtime.Begin(answers);
        Value.Object body = BodyOf(resource);
        questions = _runtime.Questions;
        return questions.Count == 0 ? body : null;
    }

    /// <summary>What is PUT for a resource, as far as it is known: in place of what is not stands its expression.</summary>
    public Value.Object Foreseen(PlannedResource resource, IReadOnlyDictionary<string, Value> answers)
    {
        _runtime.Begin(answers);
        return BodyOf(resource);
    }

    /// <summary>The outputs as answers show them; null, with the questions that have to be answered first.</summary>
    public Value.Object? Outputs(IReadOnlyDictionary<string, Value> answers, out IReadOnlyList<Question> questions)
    {
        _runtime.Begin(answers);
        Value.Object outputs = Outputs();
        questions = _runtime.Questions;
        return questions.Count == 0 ? outputs : null;
    }

    private Value.Object Outputs()
    {
        var outputs = new List<KeyValuePair<string, Value>>();
        foreach ((string name, ParameterDefinition definition) in _template.Outputs)
        {
            string path = $"outputs.{name}";
            Scope scope = Scope.Plain with { MayReference = true };
            Value.Object output = definition.Members;
            if (output.Find("condition") is { } condition && !IsTrue(_evaluator.Evaluate(condition, scope, $"{path}.condition"), path))
                continue;
            Value value =
                output.Get("copy") is Value.Object copy
                    ? _evaluator.Loop(
                        "",
                        copy.Find("count") ?? throw new TemplateException("A copy needs a 'count'.").At($"{path}.copy"),
                        copy.Find("input") ?? throw new TemplateException("A copy of an output needs an 'input'.").At($"{path}.copy"),
                        scope,
                        $"{path}.copy"
                    )
                : output.Find("value") is { } single ? _evaluator.Evaluate(single, scope, $"{path}.value")
                : throw new TemplateException("An output needs a 'value' or a 'copy'.").At(path);
            if (value.IsKnown)
                Check(definition, value, name, path);
            var shown = new Value.Object([KeyValuePair.Create("type", (Value)new Value.Text(definition.Shown))]);
            outputs.Add(KeyValuePair.Create(name, (Value)(definition.IsSecure ? shown : shown.With("value", value))));
        }
        return new(outputs);
    }

    private static void Check(ParameterDefinition definition, Value value, string name, string path)
    {
        try
        {
            definition.Check(value, $"template output '{name}'");
        }
        catch (TemplateException e)
        {
            throw e.At(path);
        }
    }

    private Value? Variable(string name)
    {
        if (_variables.TryGetValue(name, out Value? known))
            return known;
        string path = $"variables.{name}";
        Value.Object? loop = LoopOf(name);
        if (loop is null && _template.Variables.Find(name) is null)
            return null;
        if (!_evaluating.Add(name))
            throw new TemplateException($"The variable '{name}' needs itself.").At(path);
        Value value = loop is null
            ? _evaluator.Evaluate(_template.Variables.Find(name)!, Scope.Plain with { HasCopies = true }, path)
            : _evaluator.Loop(
                name,
                loop.Find("count") ?? throw new TemplateException("A copy needs a 'count'.").At(path),
                loop.Find("input") ?? throw new TemplateException("A copy of a variable needs an 'input'.").At(path),
                Scope.Plain,
                path
            );
        _evaluating.Remove(name);
        return _variables[name] = value;
    }

    /// <summary>A variable that the loops at the top of the variables make.</summary>
    private Value.Object? LoopOf(string name) =>
        (_template.Variables.Get("copy") as Value.Array)
            ?.Items.OfType<Value.Object>()
            .FirstOrDefault(c =>
                c.Get("name") is Value.Text { Characters: var loop } && loop.Equals(name, StringComparison.OrdinalIgnoreCase)
            );

    private void Add(string key, Value.Object json, string path, PlannedResource? parent)
    {
        Scope scope = parent is null ? Scope.Plain : parent.Scope with { MayReference = false, HasCopies = false };
        if (json.Get("copy") is not { } copied)
        {
            AddOne(key, key, json, scope, path, parent, loop: null, 0);
            return;
        }
        if (
            copied is not Value.Object copy
            || copy.Get("name") is not Value.Text { Characters: var loop }
            || copy.Get("count") is not { } times
        )
            throw new TemplateException("A copy of a resource needs 'name' and 'count'.").At($"{path}.copy");
        if (parent is not null && !_template.IsSymbolic)
            throw new TemplateException(
                "A resource within another cannot be copied: make it a resource of its own, named parent/child."
            ).At($"{path}.copy");
        int count = _evaluator.Count(times, scope, $"{path}.copy.count");
        _ = BatchOf(copy, $"{path}.copy");
        for (int i = 0; i < count; i++)
            AddOne($"{key}[{i}]", key, json, scope.In(loop, i).In("", i), path, parent, loop, i);
    }

    private void AddOne(
        string key,
        string of,
        Value.Object json,
        Scope scope,
        string path,
        PlannedResource? parent,
        string? loop,
        int index
    )
    {
        if (_resources.Count >= TemplateLimits.Resources)
            throw new TemplateException(
                $"The number of template resources limit is exceeded: at most {TemplateLimits.Resources} are allowed, copies counted."
            ).At("resources");
        string type = Text(json, "type", scope, path);
        string name = Text(json, "name", scope, path);
        string apiVersion = Text(json, "apiVersion", scope, path);
        // Of what is nested the parent's type is left out, also where it is not the parent's but on it (providers/locks).
        if (
            parent is not null
            && (!type.Contains('/', StringComparison.Ordinal) || type.StartsWith("providers/", StringComparison.OrdinalIgnoreCase))
        )
            type = $"{parent.Id.Type}/{type}";
        if (parent is not null && name.Count(c => c == '/') + 2 != type.Split('/').Length)
            name = $"{string.Join('/', parent.Id.Names)}/{name}";
        bool condition =
            json.Find("condition") is not { } wanted
            || IsTrue(_evaluator.Evaluate(wanted, scope, $"{path}.condition"), $"{path}.condition");
        var planned = new PlannedResource
        {
            Key = parent is null ? key : $"{parent.Key}/{key}",
            Of = of,
            Id = IdOf(json, type, name, scope, path),
            ApiVersion = apiVersion,
            IsExisting = json.Get("existing") is Value.Boolean { IsTrue: true },
            IsSkipped = !condition || parent?.IsSkipped == true,
            Json = json,
            Scope = scope with { MayReference = true, HasCopies = true },
            Path = path,
            Loop = loop,
            Index = index,
            Parent = parent?.Key,
        };
        _resources.Add(planned);
        if (json.Get("resources") is Value.Array children)
            for (int i = 0; i < children.Items.Count; i++)
                Add($"{i}", Template.Resource(children.Items[i], $"{path}.resources[{i}]"), $"{path}.resources[{i}]", planned);
    }

    private ResourceId IdOf(Value.Object json, string type, string name, Scope scope, string path)
    {
        string[] types = type.Split('/');
        string[] names = name.Split('/');
        if (types.Length < 2 || types.Length != names.Length + 1)
            throw new TemplateException(
                $"The template resource '{name}' for type '{type}' has incorrect segment lengths. A nested resource type must have identical number of segments as its resource name. A root resource type must have segment length one greater than its resource name. Please see https://aka.ms/arm-syntax-resources for usage details."
            ).At($"{path}.name");
        string? subscription = Optional("subscriptionId") ?? _facts.Scope.Subscription;
        string? group = Optional("resourceGroup") ?? (json.Get("subscriptionId") is null ? _facts.Scope.ResourceGroup : null);
        string root = group is null ? $"/subscriptions/{subscription}" : $"/subscriptions/{subscription}/resourceGroups/{group}";
        if (type.Equals("Microsoft.Resources/resourceGroups", StringComparison.OrdinalIgnoreCase))
            return Parsed($"/subscriptions/{subscription}/resourceGroups/{name}");
        if (Optional("scope") is { } given)
            root = ScopeOf(given, root, $"{path}.scope");
        return Parsed($"{root}/providers/{types[0]}" + string.Concat(types.Skip(1).Zip(names, (t, n) => $"/{t}/{n}")));

        static string ScopeOf(string given, string root, string path)
        {
            string at =
                given.StartsWith('/') ? given.TrimEnd('/')
                : given.Length > 0 ? $"{root}/providers/{given.TrimEnd('/')}"
                : root;
            return at.Length == 0 || (ResourceId.TryParse(at, out _) && !at.EndsWith("/providers", StringComparison.OrdinalIgnoreCase))
                ? at
                : throw new TemplateException(
                    $"'{ExpressionParser.Excerpt(given)}' is no scope: write the id of what the resource is on, or its type and name, such as 'Microsoft.Network/virtualNetworks/net'."
                ).At(path);
        }

        string? Optional(string member) => json.Get(member) is { } value ? _evaluator.EvaluateText(value, scope, $"{path}.{member}") : null;

        ResourceId Parsed(string text) =>
            ResourceId.TryParse(text, out ResourceId? id)
                ? id
                : throw new TemplateException($"'{ExpressionParser.Excerpt(text)}' cannot be the id of a resource.").At($"{path}.name");
    }

    private string Text(Value.Object json, string member, Scope scope, string path) =>
        _evaluator.EvaluateText(
            json.Get(member) ?? throw new TemplateException($"A resource needs '{member}'.").At(path),
            scope,
            $"{path}.{member}"
        );

    private static bool IsTrue(Value value, string path) =>
        value is Value.Boolean boolean
            ? boolean.IsTrue
            : throw new TemplateException($"A condition has to be a boolean, not a value of type '{value.Kind}'.").At(path);

    private Value.Object BodyOf(PlannedResource resource)
    {
        if (resource.IsExisting)
            return Value.Object.Empty;
        Value.Object json = resource.Json.Without(s_directions);
        if (!resource.Id.Type.Equals(DeploymentType, StringComparison.OrdinalIgnoreCase))
            return (Value.Object)_evaluator.Evaluate(json, resource.Scope, resource.Path);
        if (json.Get("properties") is not Value.Object properties || properties.Get("template") is not Value.Object template)
            throw new TemplateException(
                "A deployment within a template needs 'properties.template'; templates that are linked to ('templateLink') cannot be had here."
            ).At(resource.Path);
        var body = (Value.Object)
            _evaluator.Evaluate(
                json.With("properties", properties.Without("template", "expressionEvaluationOptions")),
                resource.Scope,
                resource.Path
            );
        string path = $"{resource.Path}.properties.template";
        Value nested = IsInner(properties) ? template : _evaluator.EvaluateNested(template, resource.Scope, path);
        return body.With("properties", ((Value.Object)body.Find("properties")!).With("template", nested));
    }

    private static bool IsInner(Value.Object properties) =>
        (properties.Get("expressionEvaluationOptions") as Value.Object)?.Get("scope") is Value.Text { Characters: var scope }
        && scope.Equals("inner", StringComparison.OrdinalIgnoreCase);

    /// <summary>Finds what each resource depends on, by its word and by what its body refers to, and refuses circles.</summary>
    private void Order()
    {
        for (int i = 0; i < _resources.Count; i++)
        {
            PlannedResource resource = _resources[i];
            var before = new SortedSet<string>(StringComparer.Ordinal);
            if (resource.Parent is { } parent)
                before.Add(parent);
            if (!resource.IsSkipped)
            {
                before.UnionWith(Explicit(resource));
                _runtime.Begin(null);
                resource = resource with { Location = (BodyOf(resource).Get("location") as Value.Text)?.Characters };
                before.UnionWith(_runtime.Mentioned);
            }
            before.UnionWith(BatchBefore(resource));
            before.Remove(resource.Key);
            _resources[i] = resource with { DependsOn = [.. before] };
        }
        RefuseCircles();
        RefuseTwice();
    }

    private IEnumerable<string> Explicit(PlannedResource resource)
    {
        string path = $"{resource.Path}.dependsOn";
        if (resource.Json.Get("dependsOn") is not { } given)
            return [];
        // Conditions of resources that are not there are no reason to evaluate what they depend on.
        if (_evaluator.Evaluate(given, resource.Scope with { MayReference = false }, path) is not Value.Array names)
            throw new TemplateException("'dependsOn' has to be an array of strings.").At(path);
        return names.Items.SelectMany(name =>
            name is Value.Text text
                ? Find(text.Characters) is { Count: > 0 } found
                    // Of resources of several types that share a name it means the others.
                    ? found.TrueForAll(f => f.Of == resource.Of && f.Parent == resource.Parent) && found.Exists(f => f.Key == resource.Key)
                        ? throw Circular(resource)
                        : found.Select(f => f.Key)
                    : throw new TemplateException(
                        $"The resource '{ExpressionParser.Excerpt(text.Characters)}' is not defined in the template. Please see https://aka.ms/arm-syntax for usage details."
                    ).At(path)
                : throw new TemplateException("'dependsOn' has to be an array of strings.").At(path)
        );
    }

    /// <summary>Resources by symbol, loop, id, type and name, or name.</summary>
    private List<PlannedResource> Find(string name)
    {
        string trimmed = name.Trim('/');
        if (_template.IsSymbolic && _resources.FindAll(r => Same(r.Key, name) || Same(r.Of, name)) is { Count: > 0 } symbols)
            return symbols;
        if (_resources.FindAll(r => r.Loop is not null && Same(r.Loop, name)) is { Count: > 0 } loop)
            return loop;
        if (IdOf(name) is { } id && _resources.FindAll(r => r.Id == id) is { Count: > 0 } one)
            return one;
        if (
            _resources.FindAll(r => Same(Below(r.Id), trimmed) || Same($"{r.Id.Type}/{string.Join('/', r.Id.Names)}", trimmed)) is
            { Count: > 0 } typed
        )
            return typed;
        return _resources.FindAll(r => Same(string.Join('/', r.Id.Names), trimmed) || (r.Id.Provider is null && Same(r.Id.Name, trimmed)));
    }

    /// <summary>
    /// The resource that a text names. What functions make of a group as of any type of a subscription (<c>…/providers/Microsoft.Resources/resourceGroups/rg</c>, which
    /// is what Bicep writes) is the group. Null when it is no id.
    /// </summary>
    private static ResourceId? IdOf(string text) =>
        !ResourceId.TryParse(text, out ResourceId? id) ? null
        : id is { ResourceGroup: null, Subscription: { } subscription, Names.Count: 1 }
        && Same(id.Type, "Microsoft.Resources/resourceGroups")
            ? ResourceId.OfGroup(subscription, id.Name)
        : id;

    /// <summary><c>Microsoft.Network/virtualNetworks/net</c>, with types and names in turn.</summary>
    private static string Below(ResourceId id) =>
        $"{id.Provider}" + string.Concat(id.TypeSegments.Zip(id.Names, (type, name) => $"/{type}/{name}"));

    private static bool Same(string a, string b) => a.Equals(b, StringComparison.OrdinalIgnoreCase);

    /// <summary>In a serial loop each batch waits for the one before.</summary>
    private IEnumerable<string> BatchBefore(PlannedResource resource)
    {
        if (resource.Json.Get("copy") is not Value.Object copy || BatchOf(copy, $"{resource.Path}.copy") is not { } size)
            return [];
        int before = resource.Index / size - 1;
        return _resources.Where(r => r.Of == resource.Of && r.Parent == resource.Parent && r.Index / size == before).Select(r => r.Key);
    }

    /// <summary>How many of a serial loop are made at a time; null for one whose turns do not wait for each other.</summary>
    private int? BatchOf(Value.Object copy, string path)
    {
        int size =
            copy.Get("batchSize") is not { } given ? 1
            : _evaluator.Evaluate(given, Scope.Plain, $"{path}.batchSize") is Value.Integer { Whole: >= 1 and <= int.MaxValue } batch
                ? (int)batch.Whole
            : throw new TemplateException("The 'batchSize' of a copy has to be an integer from 1 on.").At($"{path}.batchSize");
        return copy.Get("mode") switch
        {
            null => null,
            Value.Text { Characters: var mode } when Same(mode, "serial") => size,
            Value.Text { Characters: var mode } when Same(mode, "parallel") => null,
            _ => throw new TemplateException(
                $"The 'mode' of a copy has to be 'serial' or 'parallel', and is '{(copy.Get("mode") as Value.Text)?.Characters ?? $"{copy.Get("mode")}"}'."
            ).At($"{path}.mode"),
        };
    }

    private void RefuseCircles()
    {
        Dictionary<string, PlannedResource> left = _resources.ToDictionary(r => r.Key);
        while (left.Values.Where(r => !r.DependsOn.Any(left.ContainsKey)).ToList() is { Count: > 0 } free)
            foreach (PlannedResource resource in free)
                left.Remove(resource.Key);
        if (left.Count > 0)
            throw Circular(left.Values.First());
    }

    private static TemplateException Circular(PlannedResource resource) =>
        new TemplateException(
            $"Circular dependency detected on resource: '{resource.Id.Text}'. Please see https://aka.ms/arm-syntax-resources for usage details."
        ).At(resource.Path);

    private void RefuseTwice()
    {
        foreach (
            IGrouping<ResourceId, PlannedResource> same in _resources
                .Where(r => r is { IsSkipped: false, IsExisting: false })
                .GroupBy(r => r.Id)
                .Where(g => g.Count() > 1)
        )
            throw new TemplateException(
                $"The resource '{same.Key.Text}' is defined multiple times in a template. Please see https://aka.ms/arm-syntax-resources for usage details."
            ).At(same.Last().Path);
    }

    /// <summary>Answers from what has been asked of the server so far, and notes what else has to be asked.</summary>
    private sealed class Runtime(DeploymentPlan plan) : IRuntime
    {
        private IReadOnlyDictionary<string, Value>? _answers;
        private readonly Dictionary<string, Question> _questions = [];
        private readonly HashSet<string> _mentioned = [];

        public IReadOnlyList<Question> Questions => [.. _questions.Values];

        /// <summary>Keys of the template's own resources that were referred to.</summary>
        public IReadOnlySet<string> Mentioned => _mentioned;

        public void Begin(IReadOnlyDictionary<string, Value>? answers)
        {
            _answers = answers;
            _questions.Clear();
            _mentioned.Clear();
        }

        public Value? Reference(string target, string? apiVersion, bool isFull)
        {
            (ResourceId id, string version) = Target(target, apiVersion);
            return Shown(Ask(new Question(id, version)), isFull);
        }

        public Value? References(string loop, bool isFull)
        {
            List<PlannedResource> all = plan.Find(loop);
            if (all.Count == 0)
                throw NotDefined(loop);
            var values = new List<Value>();
            foreach (PlannedResource resource in all.OrderBy(r => r.Index))
            {
                _mentioned.Add(resource.Key);
                if (Shown(Ask(new Question(resource.Id, resource.ApiVersion)), isFull) is { } value)
                    values.Add(value);
            }
            return values.Count == all.Count ? new Value.Array(values) : null;
        }

        public Value? List(string function, string target, string apiVersion, Value? argument) =>
            Ask(new Question(Target(target, apiVersion).Id, apiVersion, function, argument));

        private static Value? Shown(Value? answer, bool isFull) =>
            isFull ? answer
            : answer is Value.Object whole ? whole.Find("properties") ?? Value.Object.Empty
            : answer;

        private (ResourceId Id, string ApiVersion) Target(string target, string? apiVersion)
        {
            List<PlannedResource> found = plan.Find(target);
            if (found.Count > 1 && found.Exists(f => !f.IsSkipped))
                found = found.FindAll(f => !f.IsSkipped);
            if (found.Count > 1)
                throw new TemplateException($"'{target}' is the name of {found.Count} resources of the template: refer to one by its id.");
            if (found is [var one])
            {
                _mentioned.Add(one.Key);
                return (one.Id, apiVersion ?? one.ApiVersion);
            }
            if (IdOf(target) is not { } id)
                throw NotDefined(target);
            return apiVersion is null
                ? throw new TemplateException(
                    $"The resource '{ExpressionParser.Excerpt(target)}' is not defined in the template: a reference to what is there already needs an api-version. Please see https://aka.ms/arm-function-reference for usage details."
                )
                : (id, apiVersion);
        }

        private static TemplateException NotDefined(string target) =>
            new(
                $"The resource '{ExpressionParser.Excerpt(target)}' is not defined in the template. Please see https://aka.ms/arm-function-reference for usage details."
            );

        private Value? Ask(Question question)
        {
            if (_answers?.TryGetValue(question.Key, out Value? answer) == true)
                return answer;
            _questions[question.Key] = question;
            return null;
        }
    }
}
