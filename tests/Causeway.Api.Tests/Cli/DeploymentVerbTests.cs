using System.Text.Json.Nodes;

namespace Causeway.Api.Tests.Cli;

/// <summary>Templates, deployed from the command line.</summary>
[Collection(nameof(SavedContext))]
public sealed class DeploymentVerbTests : IClassFixture<SqliteApi>, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("causeway-deployment-").FullName;
    private readonly string _access;
    private readonly string _group = $"rg-{Guid.NewGuid():N}";

    public DeploymentVerbTests(SqliteApi api)
    {
        _access = api.Server.AccessFile;
        // The user's own context must neither be read nor written by tests.
        Environment.SetEnvironmentVariable("CAUSEWAY_CONTEXT", Path.Combine(_folder, "context.json"));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string[] Line(string line, params string[] more) => [.. line.Split(' '), .. more, "--access", _access, "--group", _group];

    private Task<string> Ok(string line, params string[] more) => CliRun.Ok(Line(line, more));

    private string Written(string name, string text)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        return path;
    }

    [Fact]
    public async Task A_template_is_tried_deployed_shown_and_forgotten()
    {
        await Ok($"group create {_group}");
        string template = Written(
            "main.json",
            """
            {
              // how many
              "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#", "contentVersion": "1.0.0.0",
              "parameters": { "count": { "type": "int" }, "tags": { "type": "object", "defaultValue": {} } },
              "resources": [ { "type": "Microsoft.Network/publicIPAddresses", "apiVersion": "2024-01-01", "name": "[concat('ip', copyIndex())]",
                "location": "[resourceGroup().location]", "tags": "[parameters('tags')]", "copy": { "name": "l", "count": "[parameters('count')]" } } ],
              "outputs": { "count": { "type": "int", "value": "[parameters('count')]" } },
            }
            """
        );
        string[] given = ["--template", template, "--parameters", "count=2", """tags={"a":"b"}"""];
        Assert.Contains("ip0, ip1", await Ok("deployment validate d1", given), StringComparison.Ordinal);
        Assert.Contains("Create", await Ok("deployment what-if d1", given), StringComparison.Ordinal);
        Assert.Equal("[]", (await Ok("deployment list -o json")).Trim());

        string made = await Ok("deployment create d1", given);
        Assert.Contains("Succeeded", made, StringComparison.Ordinal);
        Assert.Contains("count=2", made, StringComparison.Ordinal);
        Assert.Contains("NoChange", await Ok("deployment what-if d1", given), StringComparison.Ordinal);
        string differs = await Ok("deployment what-if d1", ["--template", template, "--parameters", "count=1", """tags={"a":"c"}"""]);
        Assert.Contains("tags.a: b → c", differs, StringComparison.Ordinal);
        Assert.Contains("publicIPAddresses", await Ok("deployment show d1"), StringComparison.Ordinal);
        Assert.Contains("d1", await Ok("deployment list"), StringComparison.Ordinal);
        Assert.Contains("copyIndex()", await Ok("deployment export d1"), StringComparison.Ordinal);

        CliRun wrong = await CliRun.Of(Line("deployment create d2", "--template", template, "--parameters", "count=many"));
        Assert.Contains("'int'", wrong.Error, StringComparison.Ordinal);
        CliRun over = await CliRun.Of(Line("deployment cancel d1"));
        Assert.Contains("DeploymentCannotBeCancelled", over.Error, StringComparison.Ordinal);
        await Ok("deployment delete d1");
        Assert.Equal("[]", (await Ok("deployment list -o json")).Trim());
        Assert.Contains("ip1", await Ok("resource list publicIPAddresses"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_programs_are_told_beside_an_error_is_shown()
    {
        await Ok($"group create {_group}");
        string template = Written(
            "wrong.json",
            """
            {
              "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#", "contentVersion": "1.0.0.0",
              "variables": { "b": "[nosuch()]" }, "resources": []
            }
            """
        );
        CliRun text = await CliRun.Of(Line("deployment create d1", "--template", template));
        Assert.Matches(@"TemplateViolation: lineNumber \d+, linePosition \d+, path properties\.template\.variables\.b", text.Error);
        CliRun json = await CliRun.Of(Line("deployment create d1 --output json", "--template", template));
        JsonNode info = Assert.Single(JsonNode.Parse(json.Error)!["error"]!["additionalInfo"]!.AsArray())!;
        Assert.Equal(("TemplateViolation", "properties.template.variables.b"), ($"{info["type"]}", $"{info["info"]!["path"]}"));
    }

    [Fact]
    public async Task To_the_subscription()
    {
        string template = Written(
            "groups.json",
            $$"""
            {"$schema":"https://schema.management.azure.com/schemas/2018-05-01/subscriptionDeploymentTemplate.json#","contentVersion":"1.0.0.0",
             "resources":[{"type":"Microsoft.Resources/resourceGroups","apiVersion":"2021-04-01","name":"{{_group}}","location":"westeurope"}]}
            """
        );
        await Ok("deployment create groups", "--template", template, "--of-subscription", "--location", "westeurope");
        Assert.Contains(_group, await Ok("group list"), StringComparison.Ordinal);
        Assert.Contains("groups", await Ok("deployment list --of-subscription"), StringComparison.Ordinal);
    }
}
