using System.Globalization;
using Causeway.Engine;
using Causeway.Engine.Constraints;
using Causeway.Engine.Formats;
using Causeway.Engine.Sampling;
using Causeway.Engine.Serving;
using Causeway.Engine.Templates;
using Causeway.Engine.Tokenizers;
using Causeway.Models;
using Causeway.Spec.Plans;
using Causeway.Wire.Errors;

namespace Causeway.Embedded;

/// <summary>A model in memory with all that turns requests into its tokens and its tokens into answers. Thread-safe.</summary>
internal sealed class RunningModel : IDisposable
{
    private readonly ModelFiles _files;
    private readonly Lock _lock = new();
    private readonly HashSet<string> _adapters = new(StringComparer.Ordinal);
    private readonly Lazy<ConstraintCache> _constraints;

    private RunningModel(ModelFiles files, LoadedModel engine, Tokenizer tokenizer, ChatTemplate? template)
    {
        (_files, Engine, Tokenizer) = (files, engine, tokenizer);
        Template = template;
        Dialect = ModelDialect.Of(files.ChatTemplate);
        _constraints = new Lazy<ConstraintCache>(MakeConstraints);
    }

    public LoadedModel Engine { get; }
    public Tokenizer Tokenizer { get; }

    /// <summary>Null for a model without a chat template: it completes texts and embeds them, but does not chat.</summary>
    public ChatTemplate? Template { get; }

    public ModelDialect Dialect { get; }

    /// <summary>Grammars of answers, each kept for the next request with the same schema.</summary>
    public ConstraintCache Constraints => _constraints.Value;

    public SamplingOptions Defaults => new()
    {
        Temperature = _files.GenerationDefaults.Sample == false ? 0 : _files.GenerationDefaults.Temperature ?? 1, TopP = _files.GenerationDefaults.TopP ?? 1, TopK = _files.GenerationDefaults.TopK ?? 0,
        MinP = _files.GenerationDefaults.MinP ?? 0, RepetitionPenalty = _files.GenerationDefaults.RepetitionPenalty ?? 1,
    };

    public long MemoryBytes => Engine.Memory.Needed;
    public int Waiting => Engine.Counters.Queued;
    public int Active => Engine.Counters.Running;
    public long Tokens => Engine.Counters.GeneratedTokens;

    /// <summary>For the log.</summary>
    public string Description => string.Create(CultureInfo.InvariantCulture, $"{Engine.Config.Architecture}, context {Engine.ContextTokens}");

    /// <summary>Reads, packs and warms up; takes seconds and all threads.</summary>
    /// <param name="room">Bytes it may take; null for what the machine has free.</param>
    /// <exception cref="InsufficientMemoryException">It does not fit; the message has both numbers.</exception>
    /// <exception cref="ModelFormatException">Its files cannot be used.</exception>
    public static RunningModel Load(ModelEntry entry, EmbeddedPlan plan, long? room, TimeProvider time)
    {
        var files = ModelFiles.Open(entry.Path);
        LoadedModel? engine = null;
        try
        {
            var tokenizer = Tokenizer.Create(files.Tokenizer);
            var template = files.ChatTemplate is { } source ? ChatTemplate.Parse(source) : null;
            engine = LoadedModel.Load(files.Config, files.Tensors, files.GenerationDefaults.EndTokens, OptionsOf(plan, room, time));
            engine.WarmUpAsync().GetAwaiter().GetResult();
            return new RunningModel(files, engine, tokenizer, template);
        }
        catch
        {
            engine?.Dispose();
            files.Dispose();
            throw;
        }
    }

    public static LoadOptions OptionsOf(EmbeddedPlan plan, long? room, TimeProvider time) => new()
    {
        Threads = plan.Threads ?? 0, ContextTokens = plan.Context ?? EmbeddedPlan.DefaultContext, QueueLength = plan.Queue, AvailableBytes = room, Time = time,
    };

    /// <summary>Puts an adapter into memory when it is first asked for.</summary>
    /// <exception cref="EmbeddedRefusal">It cannot be used with this model.</exception>
    public void UseAdapter(string name, string path)
    {
        lock (_lock)
        {
            if (_adapters.Contains(name)) return;
            try
            {
                Engine.AddAdapter(name, path);
                _adapters.Add(name);
            }
            catch (ModelFormatException e)
            {
                throw new EmbeddedRefusal(ErrorCodes.LocalModelUnusable.Error($"The adapter '{name}' cannot be used with this model: {e.Message}"));
            }
        }
    }

    // Once for a model, a second or so for a large vocabulary: only who asks for JSON waits for it.
    private ConstraintCache MakeConstraints() => new(ConstraintVocabulary.Build(
        Engine.Config.Vocabulary,
        token => token < Tokenizer.VocabularySize ? Tokenizer.BytesOf(token) : ReadOnlyMemory<byte>.Empty,
        token => token >= Tokenizer.VocabularySize || Tokenizer.IsSpecial(token),
        _files.GenerationDefaults.EndTokens));

    public void Dispose()
    {
        Engine.Dispose();
        _files.Dispose();
    }
}
