"""Abbreviations and other names for the same thing.

To add one, add a line: the abbreviation, `=`, what it stands for. What one abbreviation stands
for in several organ systems is on several lines, each with the system's key behind `@`. Both
sides are compared as `words.tokens` makes them, so case, plural and spelling do not matter;
abbreviations that are also English words (`ALL`, `HIT`) count only in capitals or alone.
Sources: the list of abbreviations of the First Aid series and of the USMLE's own glossary, and
what students write; other names are those that question banks and decks disagree on.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from .words import tokens, tokens_with_case, words_of

_ABBREVIATIONS = """
AAA = abdominal aortic aneurysm
ABG = arterial blood gas
ABPA = allergic bronchopulmonary aspergillosis
ACEi = angiotensin converting enzyme inhibitor
ACE = angiotensin converting enzyme
ACL = anterior cruciate ligament
ACS = acute coronary syndrome
ACTH = adrenocorticotropic hormone
AD = autosomal dominant @Genetics
AD = alzheimer disease @NervousSystem
AD = atopic dermatitis @Skin
ADH = antidiuretic hormone
ADHD = attention deficit hyperactivity disorder
ADPKD = autosomal dominant polycystic kidney disease
AF = atrial fibrillation
AFib = atrial fibrillation
AFP = alpha fetoprotein
AIDS = acquired immunodeficiency syndrome
AIHA = autoimmune hemolytic anemia
AIN = acute interstitial nephritis
AIS = androgen insensitivity syndrome
AKI = acute kidney injury
ALL = acute lymphoblastic leukemia
ALS = amyotrophic lateral sclerosis
AMD = age related macular degeneration
AML = acute myeloid leukemia
ANCA = antineutrophil cytoplasmic antibody
AOM = acute otitis media
APL = acute promyelocytic leukemia
APS = antiphospholipid syndrome
AR = aortic regurgitation @Cardiovascular
AR = autosomal recessive @Genetics
AR = attributable risk @Biostatistics
ARB = angiotensin 2 receptor blocker
ARDS = acute respiratory distress syndrome
ARF = acute renal failure @Renal
ARF = acute rheumatic fever @Cardiovascular
ART = antiretroviral therapy
AS = aortic stenosis @Cardiovascular
AS = ankylosing spondylitis @Musculoskeletal
ASD = atrial septal defect @Cardiovascular
ASD = autism spectrum disorder @Psychiatry
ATN = acute tubular necrosis
AVM = arteriovenous malformation
AVN = avascular necrosis
AVNRT = atrioventricular nodal reentrant tachycardia
AV = atrioventricular
A1AT = alpha 1 antitrypsin
AAT = alpha 1 antitrypsin
BCC = basal cell carcinoma
BMT = bone marrow transplant
BPD = borderline personality disorder @Psychiatry
BPD = bronchopulmonary dysplasia @Respiratory
BPH = benign prostatic hyperplasia
BPPV = benign paroxysmal positional vertigo
BV = bacterial vaginosis
CA = carcinoma
CABG = coronary artery bypass graft
CAD = coronary artery disease
CAH = congenital adrenal hyperplasia
CAP = community acquired pneumonia
CCB = calcium channel blocker
CDI = clostridioides difficile
C diff = clostridioides difficile
Cdiff = clostridioides difficile
Clostridium difficile = clostridioides difficile
CF = cystic fibrosis
CGD = chronic granulomatous disease
CHD = congenital heart disease
CHF = congestive heart failure
CIN = cervical intraepithelial neoplasia
CJD = creutzfeldt jakob disease
CKD = chronic kidney disease
CLL = chronic lymphocytic leukemia
CML = chronic myeloid leukemia
CMV = cytomegalovirus
CN = cranial nerve
CNS = central nervous system
CO = carbon monoxide @PoisoningEnvironment
CO = cardiac output @Cardiovascular
COPD = chronic obstructive pulmonary disease
COX = cyclooxygenase
CPPD = calcium pyrophosphate deposition disease
CRC = colorectal cancer
CVA = cerebrovascular accident
CVID = common variable immunodeficiency
CTS = carpal tunnel syndrome
DCIS = ductal carcinoma in situ
DCM = dilated cardiomyopathy
DDH = developmental dysplasia of the hip
DI = diabetes insipidus
DIC = disseminated intravascular coagulation
DKA = diabetic ketoacidosis
DLBCL = diffuse large B cell lymphoma
DM = diabetes mellitus
DM1 = type 1 diabetes mellitus
DM2 = type 2 diabetes mellitus
DMD = duchenne muscular dystrophy
DOAC = direct oral anticoagulant
DVT = deep venous thrombosis
EBV = epstein barr virus
ECG = electrocardiogram
EKG = electrocardiogram
ECMO = extracorporeal membrane oxygenation
EDS = ehlers danlos syndrome
EGPA = eosinophilic granulomatosis with polyangiitis
ELISA = enzyme linked immunosorbent assay
EM = erythema multiforme @Skin
EPO = erythropoietin
ESRD = end stage renal disease
ETC = electron transport chain
FAP = familial adenomatous polyposis
FAS = fetal alcohol syndrome
FISH = fluorescence in situ hybridization
FHR = fetal heart rate
FSGS = focal segmental glomerulosclerosis
FSH = follicle stimulating hormone
FTD = frontotemporal dementia
G6PD = glucose 6 phosphate dehydrogenase
GAD = generalized anxiety disorder
GBM = glioblastoma
GBS = guillain barre syndrome @NervousSystem
GBS = group B streptococcus @InfectiousDiseases
GBS = group B streptococcus @Pregnancy
GCA = giant cell arteritis
GDM = gestational diabetes mellitus
GERD = gastroesophageal reflux disease
GORD = gastroesophageal reflux disease
GFR = glomerular filtration rate
GH = growth hormone
GI = gastrointestinal
GIST = gastrointestinal stromal tumor
GN = glomerulonephritis
GPA = granulomatosis with polyangiitis
GPCR = G protein coupled receptor
GVHD = graft versus host disease
HAP = hospital acquired pneumonia
HBV = hepatitis B
HCV = hepatitis C
HCC = hepatocellular carcinoma
HCM = hypertrophic cardiomyopathy
HOCM = hypertrophic obstructive cardiomyopathy
HCG = human chorionic gonadotropin
HD = huntington disease @NervousSystem
HF = heart failure
HFrEF = systolic heart failure
HFpEF = diastolic heart failure
HHS = hyperosmolar hyperglycemic state
HIT = heparin induced thrombocytopenia
HIV = human immunodeficiency virus
HL = hodgkin lymphoma
HLH = hemophagocytic lymphohistiocytosis
HNPCC = hereditary nonpolyposis colorectal cancer
HPV = human papillomavirus
HRS = hepatorenal syndrome
HS = hereditary spherocytosis
HSP = henoch schonlein purpura
HSV = herpes simplex virus
HTN = hypertension
HUS = hemolytic uremic syndrome
Hx = history
IBD = inflammatory bowel disease
IBS = irritable bowel syndrome
ICH = intracranial hemorrhage
ICP = intracranial pressure
IDA = iron deficiency anemia
IE = infective endocarditis
Ig = immunoglobulin
IHD = ischemic heart disease
IIH = idiopathic intracranial hypertension
ILD = interstitial lung disease
IM = infectious mononucleosis @InfectiousDiseases
IPF = idiopathic pulmonary fibrosis
ITP = immune thrombocytopenia
IUD = intrauterine device
IUGR = intrauterine growth restriction
FGR = fetal growth restriction
IVH = intraventricular hemorrhage
JIA = juvenile idiopathic arthritis
JVP = jugular venous pressure
LAD = leukocyte adhesion deficiency @Immunology
LBBB = left bundle branch block
LGV = lymphogranuloma venereum
LH = luteinizing hormone
LN = lupus nephritis
LR = likelihood ratio
LVH = left ventricular hypertrophy
MAOI = monoamine oxidase inhibitor
MAC = mycobacterium avium complex
MCD = minimal change disease
MCAD = medium chain acyl CoA dehydrogenase
MDD = major depressive disorder
MDS = myelodysplastic syndrome
MEN = multiple endocrine neoplasia
MEN1 = multiple endocrine neoplasia 1
MEN2 = multiple endocrine neoplasia 2
MG = myasthenia gravis
MGUS = monoclonal gammopathy of undetermined significance
MHC = major histocompatibility complex
MI = myocardial infarction
MM = multiple myeloma
MPGN = membranoproliferative glomerulonephritis
MR = mitral regurgitation
MRSA = methicillin resistant staphylococcus aureus
MS = mitral stenosis @Cardiovascular
MS = multiple sclerosis @NervousSystem
MSUD = maple syrup urine disease
MVP = mitral valve prolapse
NAFLD = nonalcoholic fatty liver disease
NASH = nonalcoholic steatohepatitis
NEC = necrotizing enterocolitis
NF1 = neurofibromatosis type 1
NF2 = neurofibromatosis type 2
NHL = non hodgkin lymphoma
NMJ = neuromuscular junction
NMS = neuroleptic malignant syndrome
NNH = number needed to harm
NNT = number needed to treat
NPH = normal pressure hydrocephalus
NPV = negative predictive value
NRDS = neonatal respiratory distress syndrome
NSAID = nonsteroidal antiinflammatory drug
NSTEMI = non ST elevation myocardial infarction
NTD = neural tube defect
OA = osteoarthritis
OCD = obsessive compulsive disorder
OCP = combined oral contraceptive
OR = odds ratio
OSA = obstructive sleep apnea
OTC = ornithine transcarbamylase
PAD = peripheral artery disease
PAN = polyarteritis nodosa
PBC = primary biliary cholangitis
PCOS = polycystic ovary syndrome
PCP = phencyclidine @Psychiatry
PCP = pneumocystis pneumonia @InfectiousDiseases
PCP = pneumocystis pneumonia @Respiratory
PJP = pneumocystis jirovecii
PCR = polymerase chain reaction
PD = parkinson disease @NervousSystem
PDA = patent ductus arteriosus
PDE = phosphodiesterase
PE = pulmonary embolism
PFT = pulmonary function test
PID = pelvic inflammatory disease
PKD = polycystic kidney disease
PKU = phenylketonuria
PMR = polymyalgia rheumatica
PMS = premenstrual syndrome
PNH = paroxysmal nocturnal hemoglobinuria
PNA = pneumonia
POI = primary ovarian insufficiency
PPD = postpartum depression
PPH = postpartum hemorrhage
PPI = proton pump inhibitor
PPROM = preterm premature rupture of membranes
PROM = premature rupture of membranes
PPV = positive predictive value
PSC = primary sclerosing cholangitis
PSGN = poststreptococcal glomerulonephritis
PTH = parathyroid hormone
PTL = preterm labor
PTSD = posttraumatic stress disorder
PTX = pneumothorax
PUD = peptic ulcer disease
PV = polycythemia vera @HematologyOncology
PVD = peripheral vascular disease
RA = rheumatoid arthritis
RAAS = renin angiotensin aldosterone system
RAS = renal artery stenosis
RBBB = right bundle branch block
RCC = renal cell carcinoma
RCT = randomized controlled trial
RDS = respiratory distress syndrome
RMSF = rocky mountain spotted fever
ROC = receiver operating characteristic
RPGN = rapidly progressive glomerulonephritis
RR = relative risk
RSV = respiratory syncytial virus
RTA = renal tubular acidosis
SAH = subarachnoid hemorrhage
SBO = small bowel obstruction
SBP = spontaneous bacterial peritonitis
SCC = squamous cell carcinoma
SCD = sickle cell disease
SCFE = slipped capital femoral epiphysis
SCID = severe combined immunodeficiency
SDH = subdural hematoma
EDH = epidural hematoma
SERM = selective estrogen receptor modulator
SIADH = syndrome of inappropriate antidiuretic hormone secretion
SIDS = sudden infant death syndrome
SJS = stevens johnson syndrome
SLE = systemic lupus erythematosus
SNRI = serotonin norepinephrine reuptake inhibitor
SSRI = selective serotonin reuptake inhibitor
SSSS = staphylococcal scalded skin syndrome
STD = sexually transmitted infection
STI = sexually transmitted infection
STEMI = ST elevation myocardial infarction
SUD = substance use disorder
SVC = superior vena cava
SVT = supraventricular tachycardia
T1DM = type 1 diabetes mellitus
T2DM = type 2 diabetes mellitus
TB = tuberculosis
TBI = traumatic brain injury
TCA = tricyclic antidepressant @Psychiatry
TCA = tricyclic antidepressant @PoisoningEnvironment
TCA = tricyclic antidepressant @NervousSystem
TdP = torsades de pointes
TEF = tracheoesophageal fistula
TEN = toxic epidermal necrolysis
TGA = transposition of the great arteries
TIA = transient ischemic attack
TLS = tumor lysis syndrome
TNF = tumor necrosis factor
TOF = tetralogy of fallot
TSH = thyroid stimulating hormone
TSS = toxic shock syndrome
TTP = thrombotic thrombocytopenic purpura
TTTS = twin twin transfusion syndrome
UC = ulcerative colitis
UTI = urinary tract infection
URI = upper respiratory infection
VAP = ventilator associated pneumonia
VF = ventricular fibrillation
VT = ventricular tachycardia
Vtach = ventricular tachycardia
VHL = von hippel lindau
VSD = ventricular septal defect
VTE = venous thromboembolism
VUR = vesicoureteral reflux
vWD = von willebrand disease
VZV = varicella zoster virus
WPW = wolff parkinson white
XLA = X linked agammaglobulinemia
ZES = zollinger ellison syndrome
"""

# Names on the left are read as those on the right.
_OTHER_NAMES = """
adrenaline = epinephrine
noradrenaline = norepinephrine
paracetamol = acetaminophen
salbutamol = albuterol
pethidine = meperidine
frusemide = furosemide
lignocaine = lidocaine
rifampicin = rifampin
ciclosporin = cyclosporine
glyceryl trinitrate = nitroglycerin
suxamethonium = succinylcholine
aluminium = aluminum
heart attack = myocardial infarction
high blood pressure = hypertension
deep vein thrombosis = deep venous thrombosis
kidney stone = nephrolithiasis
renal stone = nephrolithiasis
renal calculi = nephrolithiasis
gallstone = cholelithiasis
lou gehrig disease = amyotrophic lateral sclerosis
wegener granulomatosis = granulomatosis with polyangiitis
churg strauss syndrome = eosinophilic granulomatosis with polyangiitis
berger disease = IgA nephropathy
IgA vasculitis = henoch schonlein purpura
temporal arteritis = giant cell arteritis
wilms tumor = nephroblastoma
immune thrombocytopenic purpura = immune thrombocytopenia
idiopathic thrombocytopenic purpura = immune thrombocytopenia
mono = infectious mononucleosis
hypertrophic obstructive cardiomyopathy = hypertrophic cardiomyopathy
bacterial endocarditis = infective endocarditis
adenocarcinoma of the prostate = prostate adenocarcinoma
prostatic adenocarcinoma = prostate adenocarcinoma
pulmonary infection = pneumonia
lung infection = pneumonia
immune deficiency = immunodeficiency
pseudogout = calcium pyrophosphate deposition disease
conn syndrome = primary hyperaldosteronism
addison disease = primary adrenal insufficiency
chronic myelogenous leukemia = chronic myeloid leukemia
acute myelogenous leukemia = acute myeloid leukemia
acute lymphocytic leukemia = acute lymphoblastic leukemia
christmas disease = hemophilia B
down syndrome = trisomy 21
edwards syndrome = trisomy 18
patau syndrome = trisomy 13
obstetric = pregnancy
group A strep = group A streptococcus
staph = staphylococcus
strep = streptococcus
e coli = escherichia coli
h pylori = helicobacter pylori
strep pneumo = streptococcus pneumoniae
pneumococcus = streptococcus pneumoniae
meningococcus = neisseria meningitidis
gonorrhea = neisseria gonorrhoeae
pertussis = bordetella pertussis
chickenpox = varicella
shingles = herpes zoster
tapeworm = cestode
fluke = trematode
roundworm = nematode
polyarteritis = polyarteritis nodosa
hip dysplasia = developmental dysplasia of the hip
torsades = torsades de pointes
afib = atrial fibrillation
cholesterol lowering = lipid lowering
blood thinner = anticoagulant
water pill = diuretic
cardiac muscle disease = cardiomyopathy
nontropical sprue = celiac disease
gluten enteropathy = celiac disease
motor neuron disease = amyotrophic lateral sclerosis
pseudotumor cerebri = idiopathic intracranial hypertension
benign intracranial hypertension = idiopathic intracranial hypertension
water on the brain = hydrocephalus
manic depression = bipolar disorder
shell shock = posttraumatic stress disorder
ST elevation MI = ST elevation myocardial infarction
"""

# Single words that mean the same or nearly so, each group on a line. They count a little less
# than the same word.
_ALIKE = """
kidney renal
heart cardiac cardio
liver hepatic
lung pulmonary
stomach gastric
bladder vesical
brain cerebral
tumor neoplasm cancer carcinoma neoplasia malignancy
drug pharmacology medication agent therapy treatment pharm
toxicity poisoning intoxication overdose toxicology ingestion
fracture break
infarction infarct
hemorrhage bleed bleeding
child childhood pediatric neonatal
newborn neonatal neonate infant
defect anomaly malformation abnormality
ischemic coronary
difficult difficile
injury trauma
stroke cerebrovascular
seizure epilepsy convulsion
immunodeficiency immunodeficient
clotting coagulation hemostasis thrombosis
valve valvular
study trial
bone skeletal osseous
skin cutaneous dermal
joint articular
vessel vascular
nerve neural
virus virology
fungus fungal mycology mycosis
parasite parasitic parasitology
bacterium bacterial bacteriology
white leukocyte
red erythrocyte
sleep apnea
itch pruritus
rash exanthem
fat lipid
sugar glucose
swelling edema
statin lipid
repair healing
cyst cystic polycystic
ethics ethical jurisprudence law legal
"""

# Also English words, or letters that mostly mean something else.
_ONLY_IN_CAPITALS = words_of(
    "all hit aids art cap pad ten or as ace co men pan pe fish mac fas im ca ad et hs hd pd mm ln "
    "lr lad ol prom med em"
)
# A text with many abbreviations of several meanings has many readings; the first ones do.
_MOST_READINGS = 6


@dataclass(frozen=True)
class Reading:
    """A text's words with abbreviations written out.

    `expanded` lists what was written out, as (abbreviation, meaning) for people to read.
    `is_certain` is false where an abbreviation has other meanings and no system decides.
    """

    words: tuple[str, ...]
    expanded: tuple[tuple[str, str], ...] = ()
    is_certain: bool = True


@dataclass(frozen=True)
class _Entry:
    written: tuple[str, ...]
    shown: str
    meaning: tuple[str, ...]
    meaning_shown: str
    system: str
    is_abbreviation: bool


def _lines(table: str) -> Iterator[tuple[str, str, str]]:
    for line in table.strip().splitlines():
        left, _, right = line.partition("=")
        meaning, _, system = right.partition("@")
        yield left.strip(), meaning.strip(), system.strip()


@lru_cache(maxsize=1)
def _entries() -> dict[str, list[_Entry]]:
    """All lines by the first word of what is written, longest first."""
    found: dict[str, list[_Entry]] = {}
    for table, is_abbreviation in ((_ABBREVIATIONS, True), (_OTHER_NAMES, False)):
        for shown, meaning, system in _lines(table):
            # Both ways of taking it apart: "DM1" and "dm1", "vWD" and "VWD".
            ways = (shown, shown.upper(), shown.lower(), shown.lower() + "s")
            for written in {tokens(way) for way in ways}:
                if written != tokens(meaning) and any(map(str.isalpha, written)):
                    entry = _Entry(
                        written, shown, tokens(meaning), meaning, system, is_abbreviation
                    )
                    found.setdefault(written[0], []).append(entry)
    for entries in found.values():
        entries.sort(key=lambda entry: -len(entry.written))
    return found


@lru_cache(maxsize=1)
def _alike() -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for line in _ALIKE.strip().splitlines():
        group = frozenset(word for name in line.split() for word in tokens(name))
        for word in group:
            found[word] = found.get(word, frozenset()) | group - {word}
    return found


def alike(word: str) -> frozenset[str]:
    """Words that mean nearly the same as one in the form of `words.tokens`."""
    return _alike().get(word, frozenset())


@lru_cache(maxsize=32768)
def readings(text: str, system: str = "") -> tuple[Reading, ...]:
    """The ways to read a text, best first: one, unless an abbreviation has several meanings.

    `system` is the key of the organ system it is about, which decides between meanings. What an
    abbreviation means in one system only does not count in another.
    """
    found: list[tuple[tuple[str, ...], tuple[tuple[str, str], ...], bool]] = [((), (), True)]
    pieces = tokens_with_case(text)
    position = 0
    while position < len(pieces):
        matching = _matching(pieces, position, system)
        if not matching:
            found = [((*words, pieces[position][0]), *rest) for words, *rest in found]  # type: ignore[misc]
            position += 1
            continue
        found = [
            (
                (*words, *entry.meaning),
                (*expanded, (entry.shown, entry.meaning_shown)),
                certain and len(matching) == 1,
            )
            for entry in matching
            for words, expanded, certain in found
        ][:_MOST_READINGS]
        position += len(matching[0].written)
    return tuple(
        Reading(_rewritten_once_more(words), expanded, certain)
        for words, expanded, certain in found
    )


def _matching(pieces: tuple[tuple[str, bool], ...], position: int, system: str) -> list[_Entry]:
    """The longest entries that are written here, those of this system where there are any."""
    alone = len(pieces) == 1
    found: list[_Entry] = []
    for entry in _entries().get(pieces[position][0], ()):
        length = len(entry.written)
        if found and length < len(found[0].written):
            break
        here = pieces[position : position + length]
        if tuple(word for word, _ in here) != entry.written or _is_in_its_meaning(
            [word for word, _ in pieces], position, entry
        ):
            continue
        needs_capitals = entry.is_abbreviation and entry.written[0] in _ONLY_IN_CAPITALS
        if not needs_capitals or alone or here[0][1]:
            found.append(entry)
    fitting = [entry for entry in found if entry.system == system and system]
    fitting = fitting or [entry for entry in found if not entry.system or not system]
    meanings = {entry.meaning: entry for entry in fitting}
    return list(meanings.values())


def _rewritten_once_more(words: tuple[str, ...]) -> tuple[str, ...]:
    """Other names in what an abbreviation stands for: HOCM is hypertrophic cardiomyopathy."""
    result: list[str] = []
    position = 0
    while position < len(words):
        for entry in _entries().get(words[position], ()):
            length = len(entry.written)
            if (
                not entry.is_abbreviation
                and words[position : position + length] == entry.written
                and not _is_in_its_meaning(words, position, entry)
            ):
                result.extend(entry.meaning)
                position += length
                break
        else:
            result.append(words[position])
            position += 1
    return tuple(result)


def _is_in_its_meaning(words: Sequence[str], position: int, entry: _Entry) -> bool:
    """Whether the words around already say it: the `torsades` of `torsades de pointes`."""
    length = len(entry.meaning)
    starts = range(max(0, position - length + 1), position + 1)
    return any(tuple(words[start : start + length]) == entry.meaning for start in starts)
