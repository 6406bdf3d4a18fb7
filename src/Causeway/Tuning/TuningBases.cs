using Causeway.Models;
using Causeway.Spec.Plans;
using Causeway.Wire.Errors;

namespace Causeway.Tuning;

/// <summary>A model that can be tuned.</summary>
/// <param name="Plan">The upstream that runs it.</param>
internal sealed record TuningBase(ModelStore Store, ModelEntry Entry, EmbeddedPlan Plan);

/// <summary>Finds the models that can be tuned: those of the stores of the plan's embedded upstreams.</summary>
/// <param name="upstreams">Of the plan in force.</param>
internal sealed class TuningBases(Func<IEnumerable<UpstreamPlan>> upstreams, string dataFolder)
{
    private const int Named = 20;

    /// <summary>Null when no store has it.</summary>
    public TuningBase? Find(string name) => Stores().Select(found => found.Store.Find(name) is { } entry ? new TuningBase(found.Store, entry, found.Plan) : null).FirstOrDefault(found => found is not null);

    /// <exception cref="TuningRefusal">There is none of this name; the message has those there are.</exception>
    public void Check(string name)
    {
        var stores = Stores().ToList();
        if (stores.Count == 0) throw new TuningRefusal(ErrorCodes.NoBaseModel.Error("This gateway has no embedded model to tune: its spec has no upstream of type 'embedded'.", "model"));
        if (ModelName.Split(name).Adapter is not null)
            throw new TuningRefusal(ErrorCodes.InvalidValue.Error("A tuned model cannot be tuned further here; name its base.", "model"));
        if (Find(name) is not null) return;
        var names = stores.SelectMany(found => found.Store.List()).Select(entry => entry.Name).Distinct().Take(Named).ToList();
        throw new TuningRefusal(ErrorCodes.ModelNotFound.Error(
            $"There is no model '{(name.Length <= 64 ? name : name[..64])}' to tune. {(names.Count == 0 ? "The store is empty." : $"There are: {string.Join(", ", names)}.")}", "model"));
    }

    private IEnumerable<(ModelStore Store, EmbeddedPlan Plan)> Stores() =>
        upstreams().Select(upstream => upstream.Embedded).OfType<EmbeddedPlan>().Select(plan => (ModelStore.Of(plan.Models, dataFolder), plan));
}
