using Causeway.Api.Kit;
using Causeway.Arm;
using Causeway.Workflows;

namespace Causeway.Toys;

/// <summary><c>Causeway.Toys/toys</c>. Before 2024 the colour had another name.</summary>
public sealed class Toys : Feature
{
    private static readonly ArmNamespace s_namespace = new("Causeway.Toys", ["2026-11-01", "2024-01-01", "2023-01-01"]);

    protected internal override void Define(FeatureBuilder f) =>
        f.Tracked<Toy, ToyWorkflow>(s_namespace.Type("toys")).Wire<ToyWire>().Wire<OldToyWire>(before: "2024-01-01").ETagHeader();
}

internal class ToyWire() : Wire<Toy, ToyBody>(() => ToysContract.Default.ToyBody)
{
    protected virtual string Colour => "colour";

    protected override Asked Read(ArmRequest request, BodyReader body, Toy? present) =>
        new PutToy(
            request.Now,
            request.Id,
            body.Location(present?.Location)!,
            body.Tags(),
            body.Object("properties", required: true).OneOf(Colour, ["Red", "Blue"], required: true)!
        );

    protected override ToyBody Body(Versioned<Toy> resource, Moment moment)
    {
        Toy toy = resource.Resource;
        string type = $"{toy.Id.Type}";
        return new(toy.Id.Name, toy.Id.Text, Preconditions.Format(resource.ETag), type, toy.Location, toy.Tags, Shown(toy.Colour));
    }

    protected virtual ToyProperties Shown(string colour) => new("Succeeded", Colour: colour);
}

internal sealed class OldToyWire : ToyWire
{
    protected override string Colour => "color";

    protected override ToyProperties Shown(string colour) => new("Succeeded", Color: colour);
}
