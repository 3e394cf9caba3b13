"""What a flagged screening question says of the patient: a statement to read, not the question that was asked. Pure.

Words by the question's id; a question without any keeps its own.
"""

from treatments.findings import gettext_noop

STATEMENTS = {
    "s01_hypersensitivity": gettext_noop("Serious allergic reaction to a botulinum toxin or one of its ingredients"),
    "s02_infection_site": gettext_noop("Infection or open skin where the injection is planned"),
    "s03_milk_allergy": gettext_noop("Allergic to cow's milk protein"),
    "s03b_milk_allergy_other": gettext_noop("Allergic to cow's milk protein"),
    "s04_neuromuscular": gettext_noop("Myasthenia gravis, Lambert-Eaton syndrome, ALS or another nerve-muscle disease"),
    "s05_dysphagia": gettext_noop("Trouble swallowing, or choked on food recently"),
    "s06_breathing": gettext_noop("Breathing problem or lung disease that limits the patient"),
    "s07_speech": gettext_noop("Voice or speech became weak after an earlier injection"),
    "s08_pregnant": gettext_noop("Pregnant, trying, or could be pregnant"),
    "s09_breastfeeding": gettext_noop("Breastfeeding"),
    "s11_prior_nonresponse": gettext_noop("An earlier toxin stopped working"),
    "s13_aminoglycoside": gettext_noop("Takes an aminoglycoside, or is due to get one"),
    "s14_nm_blockers": gettext_noop("Muscle-relaxant drug of an anaesthetic, or a recent anaesthetic"),
    "s15_muscle_relaxants": gettext_noop("Takes an oral muscle relaxant"),
    "s16_anticholinergic": gettext_noop("Takes an anticholinergic drug"),
    "s17_anticoagulant": gettext_noop("Takes a blood thinner, or has a clotting disorder"),
    "s18_antiplatelet": gettext_noop("Takes aspirin, clopidogrel or similar"),
    "s19_magnesium": gettext_noop("Intravenous magnesium, or another drug that weakens muscle signalling"),
    "s20_polymyxin_lincosamide": gettext_noop("Takes colistin, polymyxin B or clindamycin"),
    "s21_ache_inhibitors": gettext_noop("Takes pyridostigmine, neostigmine or similar"),
    "s22_facial_palsy": gettext_noop("Facial palsy, eyelid droop, or facial or neck surgery before"),
    "s23_cardiac": gettext_noop("Heart rhythm problem or recent heart attack"),
    "s24_neck_small": gettext_noop("Small neck muscles, or both sides of the neck need injections"),
    "s27_albumin": gettext_noop("Objects to products from human blood (albumin)"),
    "s29_vital_swallow_test": gettext_noop("Coughs on a glass of water, or could not drink it"),
    "s30_driver": gettext_noop("Nobody is there to drive, should neck weakness or dizziness come"),
}
