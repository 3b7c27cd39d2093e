using Causeway.Templates.Language;
using Causeway.Templates.Values;

namespace Causeway.Templates.Tests;

public sealed class PlanTests
{
    private const string Net = Evaluate.Group + "/providers/Microsoft.Network";

    [Fact]
    public void Parameters_have_defaults_types_and_bounds()
    {
        const string definitions = """
            "parameters":{
              "a":{"type":"string","allowedValues":["x","y"],"defaultValue":"x"},
              "b":{"type":"int","minValue":1,"maxValue":5,"defaultValue":3},
              "c":{"type":"string","minLength":2,"defaultValue":"[concat(parameters('a'), utcNow('yyyy'))]"},
              "s":{"type":"securestring","defaultValue":"hidden"},
              "id":{"type":"string","defaultValue":"[newGuid()]"}},"resources":[]
            """;
        Template template = Evaluate.Template(definitions);
        Value.Object bound = TemplateParameters.Bind(template, null, Evaluate.Facts);
        Assert.Equal("""{"a":"x","b":3,"c":"x2026","s":"hidden","id":"22222222-2222-2222-2222-222222222222"}""", bound.ToString());
        Assert.Equal("""{"type":"SecureString"}""", TemplateParameters.Show(template, bound).Find("s")!.ToString());

        Refused("""{"a":{"value":"z"}}""", "not part of the allowed value(s): 'x,y'");
        Refused("""{"b":{"value":9}}""", "may be at most 5");
        Refused("""{"c":{"value":"q"}}""", "at least 2");
        Refused("""{"b":{"value":"9"}}""", "expected is 'Int'");
        Refused("""{"z":{"value":1}}""", "do not correspond to any parameters defined in the template: 'z'");
        Refused("""{"a":{"reference":{"keyVault":{"id":"x"},"secretName":"y"}}}""", "key vault");

        void Refused(string given, string says) =>
            Assert.Contains(
                says,
                Assert.Throws<TemplateException>(() => TemplateParameters.Bind(template, Evaluate.Json(given), Evaluate.Facts)).Message,
                StringComparison.Ordinal
            );
    }

    /// <summary>A template of a subscription that makes a group and then fills it, as Bicep and as hands write it.</summary>
    [Theory]
    [InlineData("[subscriptionResourceId('Microsoft.Resources/resourceGroups', 'made')]")]
    [InlineData("[resourceId('Microsoft.Resources/resourceGroups', 'made')]")]
    [InlineData("[resourceId('Microsoft.Resources/resourceGroups/', 'made')]")]
    [InlineData("made")]
    public void A_group_is_waited_for_however_it_is_named(string group)
    {
        DeploymentPlan plan = Evaluate.Plan(
            $$$"""
            "resources":[
              {"type":"Microsoft.Resources/resourceGroups","apiVersion":"2022-09-01","name":"made","location":"westeurope","properties":{}},
              {"type":"Microsoft.Resources/deployments","apiVersion":"2022-09-01","name":"inner","resourceGroup":"made","dependsOn":["{{{group}}}"],
               "properties":{"mode":"Incremental","template":{"$schema":"https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#","contentVersion":"1.0.0.0","resources":[]} } }]
            """,
            scope: "/subscriptions/11111111-1111-1111-1111-111111111111"
        );
        PlannedResource made = Assert.Single(plan.Resources, r => r.Id.ResourceGroup == "made" && r.Id.Provider is null);
        PlannedResource inner = Assert.Single(plan.Resources, r => r.Id.Name == "inner");
        Assert.Equal([made.Key], inner.DependsOn);
    }

    [Fact]
    public void A_parameter_without_a_value_is_named()
    {
        var wrong = Assert.Throws<TemplateException>(() => Evaluate.Plan(""" "parameters":{"a":{"type":"string"}},"resources":[] """));
        Assert.Contains("The value for the template parameter 'a' is not provided", wrong.Message, StringComparison.Ordinal);
        Assert.Equal("parameters.a", wrong.Path);
    }

    [Theory]
    [InlineData("\"variables\":{\"a\":\"[variables('b')]\",\"b\":\"[variables('a')]\"},\"resources\":[]", "needs itself")]
    [InlineData("\"parameters\":{\"a\":{\"type\":\"string\",\"defaultValue\":\"[parameters('a')]\"}},\"resources\":[]", "needs itself")]
    [InlineData("\"resources\":{}", "languageVersion")]
    [InlineData("\"resources\":[{\"type\":\"A.B/c\",\"name\":\"a/b\",\"apiVersion\":\"1\"}]", "incorrect segment lengths")]
    [InlineData(
        "\"resources\":[{\"type\":\"A.B/c\",\"name\":\"a\",\"apiVersion\":\"1\",\"dependsOn\":[\"x\"]}]",
        "The resource 'x' is not defined in the template"
    )]
    [InlineData(
        "\"resources\":[{\"type\":\"A.B/c\",\"name\":\"a\",\"apiVersion\":\"1\",\"dependsOn\":[\"b\"]},{\"type\":\"A.B/c\",\"name\":\"b\",\"apiVersion\":\"1\",\"dependsOn\":[\"a\"]}]",
        "Circular dependency detected on resource"
    )]
    [InlineData(
        "\"resources\":[{\"type\":\"A.B/c\",\"name\":\"a\",\"apiVersion\":\"1\"},{\"type\":\"A.B/c\",\"name\":\"A\",\"apiVersion\":\"1\"}]",
        "defined multiple times"
    )]
    [InlineData(
        "\"resources\":[{\"type\":\"A.B/c\",\"name\":\"a\",\"apiVersion\":\"1\",\"copy\":{\"name\":\"l\",\"count\":801}}]",
        "from 0 to 800"
    )]
    [InlineData(
        "\"resources\":[{\"type\":\"A.B/c\",\"name\":\"a\",\"apiVersion\":\"1\",\"properties\":{\"x\":\"[reference('nosuch')]\"}}]",
        "'nosuch' is not defined"
    )]
    [InlineData("\"resources\":[{\"type\":\"A.B/c\",\"name\":\"[reference('x')]\",\"apiVersion\":\"1\"}]", "only be used in properties")]
    [InlineData("\"resources\":[],\"parameterss\":{}", "Could not find member 'parameterss' on object of type 'Template'.")]
    [InlineData("\"resources\":[],\"extensions\":{\"k\":{}}", "'extensions' cannot be deployed here")]
    public void What_is_wrong_with_a_template_is_told(string sections, string says) =>
        Assert.Contains(says, Assert.Throws<TemplateException>(() => Evaluate.Plan(sections)).Message, StringComparison.Ordinal);

    [Fact]
    public void Loops_make_resources_members_variables_and_outputs()
    {
        DeploymentPlan plan = Evaluate.Plan(
            """
            "variables":{"copy":[{"name":"top","count":2,"input":"[concat('t', copyIndex('top'))]"}],
                         "o":{"copy":[{"name":"in","count":2,"input":{"i":"[copyIndex('in', 10)]"}}],"z":1}},
            "resources":[{"type":"A.B/c","name":"[concat('n', copyIndex(1))]","apiVersion":"1","copy":{"name":"loop","count":3,"mode":"serial","batchSize":2},
              "properties":{"copy":[{"name":"items","count":2,"input":"[concat(copyIndex(), copyIndex('items'))]"}]}},
             {"type":"A.B/c","name":"after","apiVersion":"1","dependsOn":["loop"]}],
            "outputs":{"l":{"type":"array","copy":{"count":2,"input":"[concat('o', copyIndex())]"}},"v":{"type":"array","value":"[variables('top')]"},
                       "o":{"type":"object","value":"[variables('o')]"}}
            """
        );
        Assert.Equal(["n1", "n2", "n3", "after"], plan.Resources.Select(r => r.Id.Name));
        Assert.Equal(["", "", "0[0] 0[1]", "0[0] 0[1] 0[2]"], plan.Resources.Select(r => string.Join(' ', r.DependsOn)));
        Assert.Equal("""{"properties":{"items":["10","11"]}}""", plan.Body(plan.Resources[1], None, out _)!.ToString());
        Assert.Equal(
            """{"l":{"type":"Array","value":["o0","o1"]},"v":{"type":"Array","value":["t0","t1"]},"o":{"type":"Object","value":{"z":1,"in":[{"i":10},{"i":11}]}}}""",
            plan.Outputs(None, out _)!.ToString()
        );
    }

    /// <summary>ARM documentation, "Set scope for extension resources", and the forms from before there was a scope.</summary>
    [Theory]
    [InlineData("\"type\":\"X.Y/locks\",\"name\":\"l\"", "/providers/X.Y/locks/l")]
    [InlineData(
        "\"type\":\"X.Y/locks\",\"name\":\"l\",\"scope\":\"[resourceId('A.B/c', 'p')]\"",
        "/providers/A.B/c/p/providers/X.Y/locks/l"
    )]
    [InlineData("\"type\":\"X.Y/locks\",\"name\":\"l\",\"scope\":\"A.B/c/p/d/q\"", "/providers/A.B/c/p/d/q/providers/X.Y/locks/l")]
    [InlineData("\"type\":\"A.B/c/providers/locks\",\"name\":\"p/X.Y/l\"", "/providers/A.B/c/p/providers/X.Y/locks/l")]
    [InlineData(
        "\"type\":\"A.B/c\",\"name\":\"p\",\"resources\":[{\"type\":\"providers/locks\",\"apiVersion\":\"1\",\"name\":\"X.Y/l\"}]",
        "/providers/A.B/c/p/providers/X.Y/locks/l"
    )]
    public void What_is_on_another_resource_has_its_id(string members, string id)
    {
        DeploymentPlan plan = Evaluate.Plan($$"""  "resources":[{"apiVersion":"1",{{members}}}]  """);
        Assert.Equal(Evaluate.Group + id, plan.Resources[^1].Id.Text);
        Assert.Equal("X.Y/locks", plan.Resources[^1].Id.Type);
    }

    [Fact]
    public void Where_resources_are_to_be_is_known_beforehand()
    {
        DeploymentPlan plan = Evaluate.Plan(
            """
            "resources":[{"type":"A.B/c","name":"n","apiVersion":"1","location":"[toLower(resourceGroup().location)]"},
             {"type":"A.B/c","name":"u","apiVersion":"1","location":"[reference('n', '1', 'Full').location]"},{"type":"A.B/c","name":"x","apiVersion":"1"}]
            """
        );
        Assert.Equal(["westeurope", null, null], plan.Resources.Select(r => r.Location));
    }

    [Fact]
    public void A_reference_is_a_dependency_and_a_question()
    {
        DeploymentPlan plan = Evaluate.Plan(
            """
            "resources":[
             {"type":"Microsoft.Network/a","name":"two","apiVersion":"2024-01-01","properties":{"x":"[reference('one').address]","y":"[if(true(), 'z', reference('never'))]"}},
             {"type":"Microsoft.Network/a","name":"one","apiVersion":"2024-01-01"}],
            "outputs":{"o":{"type":"object","value":"[reference(resourceId('Microsoft.Network/a', 'two'), '2020-01-01', 'Full')]"}}
            """
        );
        Assert.Equal("1", Assert.Single(plan.Resources[0].DependsOn));
        Assert.Null(plan.Body(plan.Resources[0], None, out IReadOnlyList<Question> questions));
        Question question = Assert.Single(questions);
        Assert.Equal((Net + "/a/one", "2024-01-01"), (question.Id.Text, question.ApiVersion));
        var answers = new Dictionary<string, Value> { [question.Key] = Evaluate.Json("""{"properties":{"address":"10.0.0.1"}}""") };
        Assert.Equal("""{"properties":{"x":"10.0.0.1","y":"z"}}""", plan.Body(plan.Resources[0], answers, out _)!.ToString());
        Assert.Equal("""{"properties":{"x":"[reference('one').address]","y":"z"}}""", plan.Foreseen(plan.Resources[0], None).ToString());
        Assert.Null(plan.Outputs(None, out questions));
        Assert.Equal("2020-01-01", Assert.Single(questions).ApiVersion);
    }

    [Fact]
    public void Conditions_children_and_the_templates_own_functions()
    {
        DeploymentPlan plan = Evaluate.Plan(
            """
            "functions":[{"namespace":"my","members":{"name":{"parameters":[{"name":"p","type":"string"}],"output":{"type":"string","value":"[concat(parameters('p'), '!')]"}}}}],
            "resources":[{"type":"A.B/c","name":"p","apiVersion":"1","condition":false,"resources":[{"type":"d","name":"x","apiVersion":"1"}]},
             {"type":"A.B/e","name":"q","apiVersion":"1","location":"[my.name('l')]","tags":{"[[x]":"[[y]"},"dependsOn":["p"],
              "resources":[{"type":"A.B/e/f","name":"q/y","apiVersion":"1"}]}]
            """
        );
        Assert.Equal([true, true, false, false], plan.Resources.Select(r => r.IsSkipped));
        Assert.Equal("A.B/e/f", plan.Resources[3].Id.Type);
        Assert.Equal(["1"], plan.Resources[3].DependsOn);
        Assert.Equal("""{"location":"l!","tags":{"[x]":"[y]"}}""", plan.Body(plan.Resources[2], None, out _)!.ToString());
    }

    [Fact]
    public void Resources_with_symbols_as_Bicep_writes_them()
    {
        DeploymentPlan plan = Evaluate.Plan(
            """
            "languageVersion":"2.0","definitions":{"net":{"type":"object","properties":{"name":{"type":"string"},"size":{"type":"int","nullable":true}}}},
            "parameters":{"n":{"$ref":"#/definitions/net"},"maybe":{"type":"string","nullable":true}},
            "resources":{
             "net":{"existing":true,"type":"A.B/net","apiVersion":"1","name":"[parameters('n').name]"},
             "sub":{"copy":{"name":"sub","count":"[length(range(0, 2))]"},"type":"A.B/sub","apiVersion":"1","name":"[format('s{0}', range(0, 2)[copyIndex()])]","dependsOn":["net"]},
             "one":{"type":"A.B/one","apiVersion":"1","name":"one","properties":{"first":"[reference('sub[0]').x]","all":"[map(references('sub', 'full'), lambda('s', lambdaVariables('s').name))]"}}}
            """,
            """{"n":{"value":{"name":"v"}}}"""
        );
        Assert.Equal(["net", "sub[0]", "sub[1]", "one"], plan.Resources.Select(r => r.Key));
        Assert.Equal(["net"], plan.Resources[2].DependsOn);
        Assert.Equal(["sub[0]", "sub[1]"], plan.Resources[3].DependsOn);
        plan.Body(plan.Resources[3], None, out IReadOnlyList<Question> questions);
        var answers = questions.ToDictionary(q => q.Key, q => Evaluate.Json($$$"""{"name":"{{{q.Id.Name}}}","properties":{"x":1}}"""));
        Assert.Equal("""{"properties":{"first":1,"all":["s0","s1"]}}""", plan.Body(plan.Resources[3], answers, out _)!.ToString());
    }

    [Fact]
    public void A_template_within_means_itself_or_the_one_around_it()
    {
        const string nested = """
            {"type":"Microsoft.Resources/deployments","name":"NAME","apiVersion":"2021-04-01","resourceGroup":"other","properties":{"mode":"Incremental",SCOPE
             "template":{"variables":{"v":"inner"},"resources":[],"outputs":{"o":{"type":"string","value":"[variables('v')]"},"l":{"type":"string","value":"[[x]"},
              "i":{"type":"string","value":"[concat('[', 'y]')]"}}}}}
            """;
        DeploymentPlan plan = Evaluate.Plan(
            "\"variables\":{\"v\":\"outer\"},\"resources\":["
                + nested.Replace("NAME", "in").Replace("SCOPE", "\"expressionEvaluationOptions\":{\"scope\":\"inner\"},")
                + ","
                + nested.Replace("NAME", "out").Replace("SCOPE", "")
                + "]"
        );
        Assert.Contains("\"[variables('v')]\"", plan.Body(plan.Resources[0], None, out _)!.ToString(), StringComparison.Ordinal);
        string outer = plan.Body(plan.Resources[1], None, out _)!.ToString();
        Assert.Contains("\"o\":{\"type\":\"string\",\"value\":\"outer\"}", outer, StringComparison.Ordinal);
        Assert.Contains("\"l\":{\"type\":\"string\",\"value\":\"[[x]\"}", outer, StringComparison.Ordinal);
        Assert.Contains("\"i\":{\"type\":\"string\",\"value\":\"[[y]\"}", outer, StringComparison.Ordinal);
        Assert.Equal("other", plan.Resources[1].Id.ResourceGroup);
    }

    /// <summary>Sharing cannot make what no machine can hold: doubled fifty times, a string of ten characters would have 10^16.</summary>
    [Fact]
    public void A_template_cannot_make_more_than_a_machine_can_hold()
    {
        string doubled = string.Join(
            ',',
            Enumerable.Range(1, 50).Select(i => $"\"v{i}\":\"[createArray(variables('v{i - 1}'), variables('v{i - 1}'))]\"")
        );
        string sections = $$""" "variables":{"v0":"0123456789",{{doubled}}},"resources":[] """;
        Assert.Contains("4194304", Assert.Throws<TemplateException>(() => Evaluate.Plan(sections)).Message, StringComparison.Ordinal);

        const string busy = "map(range(0, 10000), lambda('a', length(map(range(0, 10000), lambda('b', lambdaVariables('a'))))))";
        Assert.Contains("too much to evaluate", Evaluate.Wrong(busy).Message, StringComparison.Ordinal);
    }

    /// <summary>What is made counts, by what it takes to hold it: each of these is refused before it has taken much.</summary>
    [Theory]
    [InlineData("\"value\":\"[length(map(range(0, 10000), lambda('x', map(range(0, 10000), lambda('y', 1)))))]\"")]
    [InlineData("\"value\":\"[length(map(range(0, 10000), lambda('x', range(0, 10000))))]\"")]
    [InlineData("\"value\":\"[length(map(range(0, 10000), lambda('x', padLeft('', 100000))))]\"")]
    [InlineData("\"copy\":{\"count\":800,\"input\":\"[map(range(0, 1000), lambda('y', createArray(1, 2, 3, 4, 5, 6, 7, 8, 9, 10)))]\"}")]
    public void What_is_made_counts(string output)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        string message = Assert
            .Throws<TemplateException>(() => Evaluate.Plan($$$""" "resources":[],"outputs":{"o":{"type":"object",{{{output}}} }} """))
            .Message;
        Assert.Contains("too much to evaluate", message, StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1L << 30);
    }

    /// <summary>What the limits of ARM allow is little work.</summary>
    [Fact]
    public void Long_loops_are_no_trouble()
    {
        DeploymentPlan plan = Evaluate.Plan(
            """
            "variables":{"all":"[map(range(0, 800), lambda('i', createObject('n', lambdaVariables('i'), 'name', format('name{0}', lambdaVariables('i')))))]",
             "many":"[map(range(0, 10000), lambda('i', add(lambdaVariables('i'), 1)))]"},
            "resources":[{"type":"A.B/c","apiVersion":"1","name":"[variables('all')[copyIndex()].name]","copy":{"name":"l","count":800},
             "properties":{"mine":"[filter(variables('all'), lambda('o', equals(lambdaVariables('o').n, copyIndex())))]"}}],
            "outputs":{"o":{"type":"int","value":"[length(variables('many'))]"}}
            """
        );
        Assert.Equal(800, plan.Resources.Count);
        Assert.All(plan.Resources, r => Assert.NotNull(plan.Body(r, None, out _)));
    }

    [Theory]
    [InlineData(
        """ "definitions":{"a":{"$ref":"#/definitions/b"},"b":{"$ref":"#/definitions/a"}},"parameters":{"p":{"$ref":"#/definitions/a"}},"resources":[] """,
        "'a', 'b', 'a'"
    )]
    [InlineData(
        """ "functions":[{"namespace":"my","members":{"f":{"parameters":[{"name":"n","type":"int"}],"output":{"type":"int","value":"[if(equals(parameters('n'), 0), 0, my.F(sub(parameters('n'), 1)))]"}}}}],"resources":[],"outputs":{"o":{"type":"int","value":"[my.f(3)]"}} """,
        "function 'my.F' calls itself"
    )]
    [InlineData(
        """ "resources":[{"type":"A.B/c","apiVersion":"1","name":"n","dependsOn":["[resourceId('A.B/c', 'n')]"]}] """,
        "Circular dependency detected on resource"
    )]
    [InlineData(
        """ "resources":[{"type":"A.B/c","apiVersion":"1","name":"[concat('n', copyIndex())]","copy":{"name":"l","count":2},"dependsOn":["l"]}] """,
        "Circular dependency detected on resource"
    )]
    [InlineData(
        """ "resources":[{"type":"A.B/c","apiVersion":"1","name":"n","copy":{"name":"l","count":1,"mode":"serial","batchSize":0}}] """,
        "'batchSize'"
    )]
    [InlineData(
        """ "resources":[{"type":"A.B/c","apiVersion":"1","name":"n","copy":{"name":"l","count":1,"mode":"parallel2"}}] """,
        "'parallel2'"
    )]
    public void What_turns_in_a_circle_or_not_at_all_is_refused(string sections, string says)
    {
        TemplateException wrong = Assert.Throws<TemplateException>(() => Evaluate.Plan(sections));
        Assert.Contains(says, wrong.Message, StringComparison.Ordinal);
        Assert.Equal("InvalidTemplate", wrong.Code);
    }

    /// <summary>A secret that is not given is null, and known to be.</summary>
    [Fact]
    public void A_secret_without_a_value_is_null()
    {
        Template template = Evaluate.Template(
            """ "parameters":{"no":{"type":"securestring","nullable":true},"is":{"type":"securestring"}},"resources":[] """
        );
        Value.Object bound = TemplateParameters.Bind(template, Evaluate.Json("""{"is":{"value":"secret"}}"""), Evaluate.Facts);
        Assert.Equal("""{"no":null,"is":"[parameters('is')]"}""", TemplateParameters.WithoutSecrets(template, bound).ToString());
    }

    private static readonly Dictionary<string, Value> None = [];
}
